// Package guide is what the windows tell about the card without a network:
// topics as data, a search over them, and the check of a password for the
// booking portal. The words are in assets/translations/guide.*.json.
//
// It refuses to be the last word: whatever can change carries the year of its
// source and a link to the office that knows. It repeats nobody's sentences.
// testdata/facts.tsv lists the facts it has to tell; a test finds each of them
// in the words of a topic, in each language.
//
// Down: app/links, app/messages. Up: ui/guide.
package guide
