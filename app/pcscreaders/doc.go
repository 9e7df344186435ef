// Package pcscreaders is the system's smart card service in the words of package
// app: what every program of ours opens to reach real readers.
//
// It refuses to know a card or to decide anything: it lists, watches, connects,
// and puts what goes wrong into errors that people can be told of. Libraries stay
// away from it; they take [app.Readers], so that a card in software can stand in
// everywhere.
//
// Down: card/pcsc. Up: the programs, app/cientro and app/cientro-desktop.
package pcscreaders
