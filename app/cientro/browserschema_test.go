package main

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browsers"
)

// TestBrowserSchema: the schema knows each member that is printed, demands those
// that always are, and lists each value of a state and an outcome.
func TestBrowserSchema(t *testing.T) {
	raw, err := os.ReadFile("../../docs/browser.schema.json")
	require.NoError(t, err)
	type object struct {
		Required   []string                   `json:"required"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	read := func(raw []byte) (o object) {
		require.NoError(t, json.Unmarshal(raw, &o))
		return o
	}
	items := func(o object, name string) object {
		var list struct {
			Items json.RawMessage `json:"items"`
		}
		require.NoError(t, json.Unmarshal(o.Properties[name], &list))
		return read(list.Items)
	}
	members := func(value any) []string {
		raw, err := json.Marshal(value)
		require.NoError(t, err)
		var all map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(raw, &all))
		return slices.Sorted(maps.Keys(all))
	}
	outcome := browsers.Added
	full := browserPlace{Profile: "p", Default: true, Library: "l", Outcome: &outcome, Error: &errorJSON{}}
	check := browserCheck{Do: "d"}
	document := browserDocument{Checks: []browserCheck{check}, SelfTest: &demoBrowserDocument{}, Error: &errorJSON{}}
	root := read(raw)
	for name, c := range map[string]struct {
		schema     object
		all, least any
	}{
		"document": {root, document, browserDocument{}},
		"browser":  {items(root, "browsers"), browserJSON{}, browserJSON{}},
		"place":    {items(root, "places"), full, browserPlace{}},
		"check":    {items(root, "checks"), check, browserCheck{}},
	} {
		assert.Equal(t, members(c.all), slices.Sorted(maps.Keys(c.schema.Properties)), name)
		assert.Equal(t, members(c.least), slices.Sorted(slices.Values(c.schema.Required)), name)
	}
	values := func(name string) (all struct {
		Enum []string `json:"enum"`
	}) {
		require.NoError(t, json.Unmarshal(items(root, "places").Properties[name], &all))
		return all
	}
	assert.ElementsMatch(t, []string{
		string(browsers.Absent), string(browsers.Present), string(browsers.Elsewhere), string(browsers.ByPolicy),
		string(browsers.ThroughP11Kit), string(browsers.Confined), string(browsers.NotUnderstood), string(browsers.Unreadable), string(browsers.NoModules),
	}, values("state").Enum)
	assert.ElementsMatch(t, []string{
		string(browsers.Unchanged), string(browsers.Added), string(browsers.Corrected), string(browsers.Restored),
		string(browsers.TakenOut), string(browsers.Left), string(browsers.Skipped), string(browsers.Refused),
	}, values("outcome").Enum)
}
