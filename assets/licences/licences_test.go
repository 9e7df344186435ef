package licences

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEachLicenceIsKnown(t *testing.T) {
	all := All()
	require.Greater(t, len(all), 20)
	for _, l := range all {
		assert.NotEmpty(t, l.Kinds, l.Module)
		assert.Greater(t, len(l.Text), 200, l.Module)
		assert.Equal(t, l.Module, Module(FileName(l.Module)))
	}
}

func TestKinds(t *testing.T) {
	assert.Equal(t, []string{"MIT"}, Kinds("Permission is hereby granted, free of charge, to any\nperson obtaining a copy of this software and associated documentation files"))
	assert.Equal(t, []string{"BSD-2-Clause"}, Kinds("Redistributions in binary form must reproduce the above copyright"))
	assert.Empty(t, Kinds("All rights reserved."))
}
