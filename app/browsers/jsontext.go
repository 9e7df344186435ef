package browsers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// member is one of a JSON object in a text: its name, and where it stands.
type member struct {
	key        string
	keyStart   int // of the opening quote
	start, end int // of the value
}

// indent is for what has no example of one.
const indent = "  "

// membersOf lists the members of an object. Names that stand twice are refused:
// readers disagree on which holds.
func membersOf(raw []byte, object member) ([]member, error) {
	text := raw[object.start:object.end]
	if len(text) == 0 || text[0] != '{' {
		return nil, fmt.Errorf("%q is no object: %w", object.key, ErrNotUnderstood)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	var all []member
	for decoder.More() {
		before := int(decoder.InputOffset())
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(m member) bool { return m.key == key }) {
			return nil, fmt.Errorf("%q stands twice: %w", key, ErrNotUnderstood)
		}
		end := int(decoder.InputOffset())
		all = append(all, member{
			key: key, keyStart: object.start + before + bytes.IndexByte(text[before:], '"'),
			start: object.start + end - len(value), end: object.start + end,
		})
	}
	return all, nil
}

func quoted(text string) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string can always be written
	return strings.TrimSuffix(out.String(), "\n")
}

// insertMember puts a member first into an object that lies depth objects deep,
// spaced as the one that stands there.
func insertMember(raw []byte, object member, depth int, key, value string) []byte {
	inside := raw[object.start+1 : object.end-1]
	text := quoted(key) + ": " + value
	if len(bytes.TrimSpace(inside)) == 0 {
		outer := strings.Repeat(indent, depth)
		return splice(raw, object.start+1, object.end-1, "\n"+outer+indent+text+"\n"+outer)
	}
	space := inside[:len(inside)-len(bytes.TrimLeft(inside, " \t\r\n"))]
	return splice(raw, object.start+1, object.start+1, string(space)+text+",")
}

// deleteMemberOf takes one of all members out, with its comma.
func deleteMemberOf(raw []byte, all []member, gone member) []byte {
	i := slices.IndexFunc(all, func(m member) bool { return m.keyStart == gone.keyStart })
	switch {
	case i+1 < len(all):
		return splice(raw, gone.keyStart, all[i+1].keyStart, "")
	case i > 0:
		return splice(raw, all[i-1].end, gone.end, "")
	}
	before := bytes.TrimRight(raw[:gone.keyStart], " \t\r\n")
	after := bytes.TrimLeft(raw[gone.end:], " \t\r\n")
	return splice(raw, len(before), len(raw)-len(after), "")
}
