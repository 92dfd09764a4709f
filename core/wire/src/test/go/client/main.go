// Command client plays Workhorse and Praefect: it dials a server, calls it, and is called back on the same connection.
// It prints a line per check and ends with an error if one failed.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"quaestor.io/wire/interop/mux"
)

type waiters struct {
	mu     sync.Mutex
	next   int64
	byID   map[int64]chan net.Conn
	closed bool
}

func (w *waiters) register() (int64, chan net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.next
	w.next++
	arrived := make(chan net.Conn, 1)
	w.byID[id] = arrived
	return id, arrived
}

func (w *waiters) take(id int64) chan net.Conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	arrived := w.byID[id]
	delete(w.byID, id)
	return arrived
}

// dialling speaks backchannel on every connection of a gRPC client.
type dialling struct {
	credentials.TransportCredentials
	name    string
	waiters *waiters
}

type closing struct {
	net.Conn
	session mux.Session
}

func (c closing) Close() error { return c.session.Close() }

func (d dialling) ClientHandshake(_ context.Context, _ string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	if _, err := conn.Write([]byte(mux.Backchannel)); err != nil {
		return nil, nil, err
	}
	session, err := mux.Client(conn)
	if err != nil {
		return nil, nil, err
	}
	primary, err := session.Open()
	if err != nil {
		return nil, nil, err
	}
	back := grpc.NewServer(
		grpc.Creds(dispatching{insecure.NewCredentials(), d.waiters}),
		grpc.ForceServerCodec(mux.Raw{}),
		grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
			var vote []byte
			if err := stream.RecvMsg(&vote); err != nil {
				return err
			}
			reply := []byte(d.name + " says " + string(vote))
			return stream.SendMsg(&reply)
		}))
	go func() { _ = back.Serve(session.(net.Listener)) }()
	return closing{primary, session}, insecureInfo{}, nil
}

func (d dialling) Clone() credentials.TransportCredentials { return d }

type insecureInfo struct{ credentials.CommonAuthInfo }

func (insecureInfo) AuthType() string { return "backchannel" }

// dispatching tells sidechannels from HTTP/2 on streams that the server opened.
type dispatching struct {
	credentials.TransportCredentials
	waiters *waiters
}

func (d dispatching) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	start := make([]byte, len(mux.Sidechannel))
	if _, err := io.ReadFull(conn, start); err != nil {
		return nil, nil, err
	}
	if string(start) != mux.Sidechannel {
		return d.TransportCredentials.ServerHandshake(&mux.Replay{Conn: conn, Start: start})
	}
	var id int64
	if err := binary.Read(conn, binary.BigEndian, &id); err != nil {
		return nil, nil, err
	}
	arrived := d.waiters.take(id)
	if arrived == nil {
		return nil, nil, errors.New("unknown sidechannel")
	}
	if _, err := conn.Write([]byte("ok")); err != nil {
		return nil, nil, err
	}
	arrived <- conn
	return nil, nil, credentials.ErrConnDispatched
}

func (d dispatching) Clone() credentials.TransportCredentials { return d }

type client struct {
	conn    *grpc.ClientConn
	name    string
	waiters *waiters
}

func dial(network, address, name string, plain bool) *client {
	w := &waiters{byID: map[int64]chan net.Conn{}}
	var creds credentials.TransportCredentials = dialling{insecure.NewCredentials(), name, w}
	if plain {
		creds = insecure.NewCredentials()
	}
	conn, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(creds),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(mux.Raw{})),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, PermitWithoutStream: true}),
		grpc.WithContextDialer(func(ctx context.Context, a string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, a)
		}))
	if err != nil {
		log.Fatal(err)
	}
	return &client{conn, name, w}
}

func (c *client) call(method, request string, pairs ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	in, out := []byte(request), []byte(nil)
	err := c.conn.Invoke(metadata.AppendToOutgoingContext(ctx, pairs...), "/interop.Node/"+method, &in, &out)
	return string(out), err
}

// beside makes a call with a sidechannel and lets use work on it.
func (c *client) beside(method, request string, use func(net.Conn) error) (string, error) {
	id, arrived := c.waiters.register()
	used := make(chan error, 1)
	go func() {
		conn, ok := <-arrived
		if !ok {
			used <- nil
			return
		}
		err := use(conn)
		conn.Close()
		used <- err
	}()
	reply, err := c.call(method, request, "gitaly-sidechannel-id", strconv.FormatInt(id, 10))
	if pending := c.waiters.take(id); pending != nil {
		close(pending)
	}
	return reply, errors.Join(err, <-used)
}

func check(name string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	fmt.Println("OK", name)
}

func expect(got, want string, err error) error {
	if err == nil && got != want {
		return fmt.Errorf("got %q, want %q", got, want)
	}
	return err
}

func verifyPattern(data []byte) error {
	for i, b := range data {
		if b != byte(i%251) {
			return fmt.Errorf("wrong byte at %d", i)
		}
	}
	return nil
}

func reverse(c *client, payload string) error {
	var answer []byte
	reply, err := c.beside("Reverse", "", func(conn net.Conn) error {
		for rest := []byte(payload); len(rest) > 0; {
			n := min(len(rest), 65516)
			if err := mux.WritePacket(conn, rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		if _, err := conn.Write([]byte("0000")); err != nil {
			return err
		}
		var err error
		answer, err = io.ReadAll(conn)
		return err
	})
	if err := expect(reply, payload, err); err != nil {
		return err
	}
	return expect(string(answer), fmt.Sprintf("reply:%d", len(payload)), nil)
}

func bulk(c *client, size int) error {
	reply, err := c.beside("Bulk", strconv.Itoa(size), func(conn net.Conn) error {
		if _, err := conn.Write([]byte("0000")); err != nil {
			return err
		}
		data, err := io.ReadAll(conn)
		if err != nil {
			return err
		}
		if len(data) != size {
			return fmt.Errorf("got %d bytes, want %d", len(data), size)
		}
		return verifyPattern(data)
	})
	return expect(reply, strconv.Itoa(size), err)
}

func failing(c *client) error {
	var answer []byte
	_, err := c.beside("Fail", "ERR no such ref", func(conn net.Conn) error {
		var err error
		answer, err = io.ReadAll(conn)
		return err
	})
	if code := status.Code(errors.Unwrap(wrapped{err})); code != codes.FailedPrecondition {
		return fmt.Errorf("status %v, error %v", code, err)
	}
	return expect(string(answer), "ERR no such ref", nil)
}

// wrapped finds the first of joined errors.
type wrapped struct{ error }

func (w wrapped) Unwrap() error {
	if joined, ok := w.error.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return w.error
}

func concurrently(n int, f func(int) error) error {
	failures := make(chan error, n)
	for i := range n {
		go func() { failures <- f(i) }()
	}
	var all error
	for range n {
		all = errors.Join(all, <-failures)
	}
	return all
}

func main() {
	network := flag.String("network", "tcp", "tcp or unix")
	address := flag.String("address", "", "the server")
	checks := flag.String("checks", "calls,votes,sidechannels", "what to check")
	flag.Parse()
	c := dial(*network, *address, "one", false)
	defer c.conn.Close()
	for _, name := range strings.Split(*checks, ",") {
		switch name {
		case "calls":
			large := string(bytes.Repeat([]byte("x"), 3<<20))
			got, err := c.call("Echo", large)
			check("a multiplexed call of 3 MiB", expect(got, large, err))
			plain := dial(*network, *address, "plain", true)
			got, err = plain.call("Echo", "plain")
			check("a plain call", expect(got, "plain", err))
			plain.conn.Close()
		case "votes":
			check("25 connections with a vote each", concurrently(25, func(i int) error {
				name := fmt.Sprintf("client %d", i)
				own := dial(*network, *address, name, false)
				defer own.conn.Close()
				return concurrently(2, func(int) error {
					got, err := own.call("CallBack", "yes")
					return expect(got, name+" says yes", err)
				})
			}))
			plain := dial(*network, *address, "plain", true)
			_, err := plain.call("CallBack", "yes")
			if status.Code(err) == codes.FailedPrecondition {
				err = nil
			}
			check("a plain connection has no back channel", err)
			plain.conn.Close()
		case "sidechannels":
			check("a sidechannel", reverse(c, "hello side"))
			check("a sidechannel of two packets", reverse(c, strings.Repeat("y", 65517)))
			check("an answer of 64 MiB", bulk(c, 64<<20))
			check("ten sidechannels at once", concurrently(10, func(i int) error {
				return errors.Join(reverse(c, strings.Repeat("z", 1<<20+i)), bulk(c, 1<<20+i))
			}))
			check("data before a failure arrives", failing(c))
		case "unknown":
			_, err := c.call("Reverse", "", "gitaly-sidechannel-id", "4711")
			if err == nil || !strings.Contains(err.Error(), "receive confirmation: EOF") {
				log.Fatalf("an unknown id: %v", err)
			}
			fmt.Println("OK an unknown id is refused")
		}
	}
}
