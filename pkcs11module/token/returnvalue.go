package token

import (
	"context"
	"errors"

	"cientro/card"
	"cientro/card/ias"
	"cientro/card/iso7816"
	ck "cientro/pkcs11module/cryptoki"
)

// returnValue says an error in the words of PKCS#11. Errors that tell of a PIN
// command come first: what they wrap is only why. Nothing becomes
// CKR_SESSION_HANDLE_INVALID or CKR_SESSION_CLOSED, on which NSS repeats a
// C_Login with the same PIN.
func returnValue(err error) error {
	var rv ck.RV
	if err == nil {
		return nil
	}
	if errors.As(err, &rv) {
		return rv
	}
	for _, row := range returnValues {
		if row.is(err) {
			return row.rv
		}
	}
	// A status word where none was expected, an answer that makes no sense.
	return ck.RVDeviceError
}

// returnValues is read from the top.
var returnValues = []struct {
	is func(error) bool
	rv ck.RV
}{
	{is(card.ErrNotVerified), ck.RVUserNotLoggedIn}, // whatever ended the login
	{as[*card.OutcomeError], ck.RVDeviceError},      // a try may be spent; nothing may be repeated
	{as[*card.InterruptedError], ck.RVDeviceError},
	{as[*card.RefusedError], ck.RVDeviceError},
	{as[*card.PINError], ck.RVPINIncorrect},
	{as[*card.BlockedError], ck.RVPINLocked},
	{as[*card.FormatError], ck.RVPINIncorrect},
	{as[*card.WeakPINError], ck.RVPINInvalid},
	{lacksConsent, ck.RVFunctionRejected},
	{as[*card.ConfirmationError], ck.RVFunctionFailed}, // the counter moved under our hands, twice
	{as[*card.NotCIEError], ck.RVTokenNotRecognized},
	// A card that is not genuine, found out in a login: CKR_TOKEN_NOT_RECOGNIZED
	// is none of C_Login's values, and no browser asks again on this one.
	{as[*card.NotGenuineError], ck.RVDeviceError},
	{is(card.ErrDigest), ck.RVDataLenRange},
	{is(ias.ErrSignInput), ck.RVDataLenRange},
	{is(card.ErrOtherCard), ck.RVDeviceRemoved},
	{is(iso7816.ErrRemoved), ck.RVDeviceRemoved},
	{is(iso7816.ErrBusy), ck.RVFunctionFailed}, // another program; later it may work
	{as[*iso7816.LinkError], ck.RVDeviceError},
	{is(context.Canceled), ck.RVFunctionCanceled},
	{is(context.DeadlineExceeded), ck.RVFunctionFailed},
	{as[*card.ChannelError], ck.RVDeviceError},
}

func as[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

// lacksConsent: the last try, and nobody said yes to it.
func lacksConsent(err error) bool {
	var confirmation *card.ConfirmationError
	return errors.As(err, &confirmation) && confirmation.Reason == card.ReasonLastTry
}
