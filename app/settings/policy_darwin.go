package settings

func systemPolicy() Policy { return ManagedPreferences(MacPolicy) }
