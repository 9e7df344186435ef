package settings

import (
	"encoding/json"
	"strings"

	"cientro/app/propertylist"
	"cientro/card/store/atomicfile"
)

// ManagedPreferences is a policy in a property list, as macOS writes what
// configuration profiles decide: a dictionary, a member each setting.
type ManagedPreferences string

// Read returns the dictionary as JSON.
func (p ManagedPreferences) Read() ([]byte, error) {
	raw, err := atomicfile.Read(string(p), maxFileSize)
	if err != nil {
		return nil, err
	}
	root, err := propertylist.Parse(raw)
	if err != nil {
		return nil, err
	}
	return managedJSON(root), nil
}

// payloadPrefix is of the names that a configuration profile has for itself
// (Apple, Configuration Profile Reference, "Payload Dictionary Keys").
const payloadPrefix = "Payload"

// managedJSON gives a dictionary as JSON. What no setting can be stands there as
// the name of its kind, in brackets: it is no choice anywhere, and the warning
// says what it was.
func managedJSON(root propertylist.Value) []byte {
	decisions := map[string]any{}
	for _, m := range root.Members {
		if strings.HasPrefix(m.Key, payloadPrefix) {
			continue
		}
		switch m.Kind {
		case propertylist.True, propertylist.False:
			decisions[m.Key] = m.Kind == propertylist.True
		case propertylist.String:
			decisions[m.Key] = m.Text
		case propertylist.Integer:
			decisions[m.Key] = numberOr(strings.TrimSpace(m.Text), m.Kind)
		default:
			decisions[m.Key] = unusable(string(m.Kind))
		}
	}
	return jsonOf(decisions)
}

func numberOr(text string, kind propertylist.Kind) any {
	if number := json.Number(text); json.Valid([]byte(text)) {
		if _, err := number.Int64(); err == nil {
			return number
		}
	}
	return unusable(string(kind))
}

// unusable stands for a value that no setting can have.
func unusable(kind string) []string { return []string{kind} }

// jsonOf writes an object of texts, numbers and truth values.
func jsonOf(decisions map[string]any) []byte {
	raw, err := json.Marshal(decisions)
	if err != nil {
		return nil // is no JSON, and told as such; it cannot happen
	}
	return raw
}
