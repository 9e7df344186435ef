package token_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/ias"
	"cientro/card/iso7816"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

var removed = &iso7816.LinkError{Kind: iso7816.LinkRemoved}

var returnValues = []struct {
	err  error
	want ck.RV
}{
	{&card.FormatError{}, ck.RVPINIncorrect},
	{&card.WeakPINError{Weakness: card.WeakAscending}, ck.RVPINInvalid},
	{&card.PINError{Reference: card.PINReference, TriesLeft: 2}, ck.RVPINIncorrect},
	{&card.PINError{Reference: card.PINReference, TriesLeft: card.UnknownTries}, ck.RVPINIncorrect},
	{&card.BlockedError{Reference: card.PINReference}, ck.RVPINLocked},
	{&card.ConfirmationError{Reason: card.ReasonLastTry}, ck.RVFunctionRejected},
	{&card.ConfirmationError{Reason: card.ReasonCounterChanged}, ck.RVFunctionFailed},
	{&card.ConfirmationError{Reason: card.ReasonUsed}, ck.RVFunctionFailed},
	{&card.NotCIEError{}, ck.RVTokenNotRecognized},
	{&card.NotGenuineError{Step: card.StepChip, Err: errors.New("x")}, ck.RVDeviceError},
	{&card.ChannelError{Err: errors.New("x")}, ck.RVDeviceError},
	{&card.OutcomeError{Err: removed}, ck.RVDeviceError},
	{&card.OutcomeError{Err: context.Canceled}, ck.RVDeviceError},
	{&card.InterruptedError{Err: removed}, ck.RVDeviceError},
	{&card.RefusedError{SW: 0x6985}, ck.RVDeviceError},
	{card.ErrNothingToAccept, ck.RVDeviceError},
	{card.ErrNotInspected, ck.RVDeviceError},
	{card.ErrOtherCard, ck.RVDeviceRemoved},
	{card.ErrNotVerified, ck.RVUserNotLoggedIn},
	{fmt.Errorf("%w: %w", card.ErrNotVerified, &card.PINError{}), ck.RVUserNotLoggedIn},
	{fmt.Errorf("%w: %w", card.ErrNotVerified, &card.OutcomeError{Err: removed}), ck.RVUserNotLoggedIn},
	{card.ErrDigest, ck.RVDataLenRange},
	{ias.ErrSignInput, ck.RVDataLenRange},
	{removed, ck.RVDeviceRemoved},
	{&iso7816.LinkError{Kind: iso7816.LinkBusy}, ck.RVFunctionFailed},
	{&iso7816.LinkError{Kind: iso7816.LinkReset}, ck.RVDeviceError},
	{&iso7816.LinkError{Kind: iso7816.LinkMute}, ck.RVDeviceError},
	{&iso7816.LinkError{Kind: iso7816.LinkLost, Sent: true}, ck.RVDeviceError},
	{&iso7816.LinkError{Kind: iso7816.LinkUnpowered}, ck.RVDeviceError},
	{&iso7816.LinkError{}, ck.RVDeviceError},
	{context.Canceled, ck.RVFunctionCanceled},
	{context.DeadlineExceeded, ck.RVFunctionFailed},
	{ck.RVPINLocked, ck.RVPINLocked},
	{iso7816.StatusWord(0x6A82), ck.RVDeviceError},
	{errors.New("no idea"), ck.RVDeviceError},
}

func TestReturnValues(t *testing.T) {
	require.NoError(t, token.ReturnValue(nil))
	for _, c := range returnValues {
		for _, err := range []error{c.err, fmt.Errorf("while it was done: %w", c.err)} {
			assert.Equal(t, c.want, token.ReturnValue(err), "%v", err)
		}
	}
}

// TestEveryCardErrorHasAValue: what package card can say is in the table above.
func TestEveryCardErrorHasAValue(t *testing.T) {
	file, err := parser.ParseFile(gotoken.NewFileSet(), "../../card/errors.go", nil, 0)
	require.NoError(t, err)
	var names []string
	for _, d := range file.Decls {
		general, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if strings.HasSuffix(spec.Name.Name, "Error") {
					names = append(names, "*card."+spec.Name.Name)
				}
			case *ast.ValueSpec:
				if strings.HasPrefix(spec.Names[0].Name, "Err") {
					names = append(names, spec.Names[0].Name)
				}
			}
		}
	}
	require.GreaterOrEqual(t, len(names), 14, "errors found")
	sentinels := map[string]error{
		"ErrNothingToAccept": card.ErrNothingToAccept, "ErrNotInspected": card.ErrNotInspected,
		"ErrOtherCard": card.ErrOtherCard, "ErrNotVerified": card.ErrNotVerified,
	}
	for _, name := range names {
		found := false
		for _, row := range returnValues {
			found = found || fmt.Sprintf("%T", row.err) == name || sentinels[name] != nil && row.err == sentinels[name]
		}
		assert.True(t, found, name)
	}
}
