package browserdemo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"cientro/app/messages"
)

// ServerOptions say whom to let in and how.
type ServerOptions struct {
	// Roots and Between are DER certificates: those that are trusted, and those
	// between them and the holder's. Roots is needed, unless AnyCard is set.
	Roots, Between [][]byte
	// AnyCard lets in whoever proves that she holds the key of a CIE's
	// certificate, a real one or a specimen's, without asking who vouches for it:
	// the authorities of real cards are known to real servers. Browsers are told
	// no names then, and may offer every certificate they have.
	AnyCard bool
	// Unhurried leaves a handshake as long as the person takes, until Close.
	Unhurried bool
	// TLS13 makes a server that speaks TLS 1.3 only, on which a CIE must fail.
	TLS13 bool
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Server is a stand-in for a level-3 server, on the loopback interface.
type Server struct {
	authority *authority
	anyCard   bool
	unhurried bool
	roots     *x509.CertPool
	between   []*x509.Certificate
	now       func() time.Time
	page      *page
	journal   *journal

	listener net.Listener
	http     *http.Server
	ready    *connections
	busy     sync.WaitGroup
	pending  sync.Map // of net.Conn: handshakes going on
	stop     context.CancelFunc
}

// Start listens on a free port of 127.0.0.1. Close the server.
func Start(o ServerOptions) (*Server, error) {
	s := &Server{now: o.Now, journal: newJournal(), roots: x509.NewCertPool(), anyCard: o.AnyCard, unhurried: o.Unhurried}
	if s.now == nil {
		s.now = time.Now
	}
	named, err := s.trust(o)
	if err != nil {
		return nil, err
	}
	if s.page, err = newPage(messages.Italian, messages.English); err != nil {
		return nil, err
	}
	if s.authority, err = newAuthority(s.now()); err != nil {
		return nil, err
	}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start the demo's server: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.ready = &connections{ready: make(chan net.Conn), closed: ctx.Done(), address: s.listener.Addr()}
	// No log: what the server has to say are its events.
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: loopbackPatience, ErrorLog: log.New(nothing{}, "", 0)}
	s.busy.Go(func() { s.accept(ctx, s.configuration(named, o.TLS13)) })
	s.busy.Go(func() { _ = s.http.Serve(s.ready) })
	return s, nil
}

// trust reads the authorities and returns those whose names clients are told.
func (s *Server) trust(o ServerOptions) (*x509.CertPool, error) {
	if o.AnyCard {
		return nil, nil
	}
	if len(o.Roots) == 0 {
		return nil, errors.New("start the demo's server: no authority to trust")
	}
	named := x509.NewCertPool()
	for i, der := range slices.Concat(o.Roots, o.Between) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("authority of the demo's server: %w", err)
		}
		named.AddCert(c)
		if i < len(o.Roots) {
			s.roots.AddCert(c)
			continue
		}
		s.between = append(s.between, c)
	}
	return named, nil
}

func (s *Server) configuration(named *x509.CertPool, tls13 bool) *tls.Config {
	c := &tls.Config{ //nolint:gosec // G402: the card cannot sign for TLS 1.3
		Certificates: []tls.Certificate{s.authority.server},
		MinVersion:   tls.VersionTLS12, MaxVersion: tls.VersionTLS12,
		// Any certificate gets through the handshake, so that a page can say
		// what is wrong with it; judge decides. Names of the authorities are
		// sent, so that browsers offer no others.
		ClientAuth: tls.RequireAnyClientCert, ClientCAs: named,
		NextProtos: []string{"http/1.1"},
		// Each handshake is a whole one, with a signature of the card.
		SessionTicketsDisabled: true,
	}
	if tls13 {
		c.MinVersion, c.MaxVersion = tls.VersionTLS13, tls.VersionTLS13
	}
	if s.anyCard {
		// What was shown is worth knowing also where its signature fails.
		c.VerifyPeerCertificate = func(raw [][]byte, _ [][]*x509.Certificate) error {
			s.journal.add(Event{Kind: EventShown, Login: s.shown(raw)})
			return nil
		}
	}
	c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		s.journal.add(Event{Kind: EventHello})
		return nil, nil
	}
	return c
}

// URL is the address of the page.
func (s *Server) URL() string {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	return "https://localhost:" + port + "/"
}

// Authority is the DER certificate to trust, in a throw-away profile, for the
// server to be believed.
func (s *Server) Authority() []byte { return s.authority.certificate }

// Close ends the server and its connections.
func (s *Server) Close() error {
	s.stop()
	err := s.listener.Close()
	err = errors.Join(err, s.http.Close())
	s.busy.Wait()
	return err
}

// accept makes the handshakes itself, so that each of them is seen.
func (s *Server) accept(ctx context.Context, config *tls.Config) {
	for {
		raw, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.pending.Store(raw, nil)
		s.busy.Go(func() {
			limited, cancel := s.patience(ctx)
			defer cancel()
			conn := tls.Server(raw, config)
			err := conn.HandshakeContext(limited)
			s.pending.Delete(raw) // before a page comes of it, which giving up leaves alone
			if err != nil {
				_ = raw.Close()
				s.journal.add(Event{Kind: EventFailed, Err: err, Failure: failureOf(err)})
				return
			}
			s.journal.add(Event{Kind: EventConnected})
			s.ready.hand(conn)
		})
	}
}

// patience bounds a handshake.
func (s *Server) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.unhurried {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, loopbackPatience)
}

// connections is a listener of connections whose handshake is done.
type connections struct {
	ready   chan net.Conn
	closed  <-chan struct{}
	address net.Addr
}

func (c *connections) hand(conn net.Conn) {
	select {
	case c.ready <- conn:
	case <-c.closed:
		_ = conn.Close()
	}
}

// Accept implements net.Listener.
func (c *connections) Accept() (net.Conn, error) {
	select {
	case conn := <-c.ready:
		return conn, nil
	case <-c.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; the server's own listener is what ends it.
func (c *connections) Close() error { return nil }

// Addr implements net.Listener.
func (c *connections) Addr() net.Addr { return c.address }

// nothing is a log nobody reads.
type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }

// CloseIdle ends the connections on which nothing is going on, and makes each
// further page close its own: the next page takes a handshake of its own.
func (s *Server) CloseIdle() { s.http.SetKeepAlivesEnabled(false) }

// GiveUp ends the handshakes that are going on, as servers do that have waited
// long enough.
func (s *Server) GiveUp() {
	s.pending.Range(func(conn, _ any) bool {
		_ = conn.(net.Conn).Close()
		return true
	})
}
