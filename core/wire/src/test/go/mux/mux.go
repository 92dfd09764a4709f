// Package mux lets the interop programs speak "backchannel" and "sidechannel" on the libraries that Gitaly uses.
package mux

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	hashicorp "github.com/hashicorp/yamux"
	libp2p "github.com/libp2p/go-yamux/v5"
)

const (
	// Backchannel announces a multiplexed connection.
	Backchannel = "backchannel"
	// Sidechannel begins a stream of raw bytes.
	Sidechannel = "sidechannel"
)

// Session is what both yamux libraries can do.
type Session interface {
	Open() (net.Conn, error)
	Accept() (net.Conn, error)
	Close() error
	Addr() net.Addr
}

// Server starts the side that was dialled, with Gitaly's settings.
func Server(conn net.Conn, library string) (Session, error) {
	if library == "libp2p" {
		config := libp2p.DefaultConfig()
		config.AcceptBacklog = 1
		config.EnableKeepAlive = false
		config.MaxStreamWindowSize = 16 << 20
		config.LogOutput = io.Discard
		session, err := libp2p.Server(conn, config, nil)
		if err != nil {
			return nil, err
		}
		return libp2pSession{session}, nil
	}
	config := hashicorp.DefaultConfig()
	config.AcceptBacklog = 1
	config.EnableKeepAlive = false
	config.MaxStreamWindowSize = 16 << 20
	config.LogOutput = io.Discard
	return hashicorp.Server(conn, config)
}

// Client starts the side that dials, with the settings of a sidechannel client.
func Client(conn net.Conn) (Session, error) {
	config := hashicorp.DefaultConfig()
	config.EnableKeepAlive = false
	config.StreamCloseTimeout = time.Second
	config.LogOutput = io.Discard
	return hashicorp.Client(conn, config)
}

type libp2pSession struct{ *libp2p.Session }

func (s libp2pSession) Open() (net.Conn, error)   { return s.Session.Open(context.Background()) }
func (s libp2pSession) Accept() (net.Conn, error) { return s.Session.Accept() }
func (s libp2pSession) Addr() net.Addr            { return s.Session.LocalAddr() }

// Replay gives bytes back that were read to find out what a connection is.
type Replay struct {
	net.Conn
	Start []byte
}

func (r *Replay) Read(p []byte) (int, error) {
	if len(r.Start) > 0 {
		n := copy(p, r.Start)
		r.Start = r.Start[n:]
		return n, nil
	}
	return r.Conn.Read(p)
}

// OpenSidechannel opens the stream that the peer expects under id.
func OpenSidechannel(session Session, id int64) (net.Conn, error) {
	stream, err := session.Open()
	if err != nil {
		return nil, fmt.Errorf("open stream: %w", err)
	}
	if err := confirm(stream, id); err != nil {
		stream.Close()
		return nil, err
	}
	return stream, nil
}

func confirm(stream net.Conn, id int64) error {
	if err := stream.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := stream.Write([]byte(Sidechannel)); err != nil {
		return err
	}
	if err := binary.Write(stream, binary.BigEndian, id); err != nil {
		return err
	}
	answer := make([]byte, 2)
	if _, err := io.ReadFull(stream, answer); err != nil {
		return fmt.Errorf("receive confirmation: %w", err)
	}
	if string(answer) != "ok" {
		return fmt.Errorf("expected ok, got %q", answer)
	}
	return stream.SetDeadline(time.Time{})
}

// WritePacket frames what a client sends.
func WritePacket(w io.Writer, payload []byte) error {
	if _, err := fmt.Fprintf(w, "%04x", len(payload)+4); err != nil {
		return err
	}
	_, err := w.Write(payload)
	return err
}

// ReadPackets reads what a client sends, up to its end.
func ReadPackets(r io.Reader) ([]byte, error) {
	var all []byte
	for {
		header := make([]byte, 4)
		if _, err := io.ReadFull(r, header); err != nil {
			return all, fmt.Errorf("header: %w", err)
		}
		var length int
		if _, err := fmt.Sscanf(string(header), "%04x", &length); err != nil {
			return all, err
		}
		if length == 0 {
			return all, nil
		}
		if length < 4 {
			return all, errors.New("invalid header")
		}
		payload := make([]byte, length-4)
		if _, err := io.ReadFull(r, payload); err != nil {
			return all, fmt.Errorf("payload: %w", err)
		}
		all = append(all, payload...)
	}
}

// Raw carries messages as bytes, so that no generated code is needed.
type Raw struct{}

// Marshal implements encoding.Codec.
func (Raw) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }

// Unmarshal implements encoding.Codec.
func (Raw) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = append([]byte(nil), data...)
	return nil
}

// Name implements encoding.Codec.
func (Raw) Name() string { return "proto" }
