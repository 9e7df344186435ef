package training

import "cientro/app/messages"

func plain(key string) messages.Phrase { return messages.Phrase{Key: key} }

func counted(key string, n int) messages.Phrase {
	return messages.Phrase{Key: key, Counted: true, Count: n}
}
