// Command node plays Gitaly: it accepts connections, multiplexed or not, and calls back on them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"quaestor.io/wire/interop/mux"
)

type multiplexed struct {
	credentials.CommonAuthInfo
	session mux.Session
	back    *grpc.ClientConn
}

func (multiplexed) AuthType() string { return "multiplexed" }

type accepting struct {
	credentials.TransportCredentials
	library string
}

type closing struct {
	net.Conn
	once  sync.Once
	close func()
}

func (c *closing) Close() error {
	c.once.Do(c.close)
	return nil
}

func (a accepting) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	start := make([]byte, len(mux.Backchannel))
	n, err := io.ReadFull(conn, start)
	if err != nil && n == 0 {
		return nil, nil, err
	}
	if string(start) != mux.Backchannel {
		return a.TransportCredentials.ServerHandshake(&mux.Replay{Conn: conn, Start: start[:n]})
	}
	session, err := mux.Server(conn, a.library)
	if err != nil {
		return nil, nil, err
	}
	primary, err := session.Accept()
	if err != nil {
		return nil, nil, err
	}
	back, err := grpc.NewClient("passthrough:multiplexed",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(mux.Raw{})),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return session.Open() }))
	if err != nil {
		return nil, nil, err
	}
	if a.library == "eager" {
		back.Connect()
	}
	return &closing{Conn: primary, close: func() { back.Close(); session.Close() }},
		multiplexed{session: session, back: back}, nil
}

func (a accepting) Clone() credentials.TransportCredentials { return a }

func connection(ctx context.Context) (multiplexed, error) {
	p, _ := peer.FromContext(ctx)
	if m, ok := p.AuthInfo.(multiplexed); ok {
		return m, nil
	}
	return multiplexed{}, status.Error(codes.FailedPrecondition, "non-multiplexed connection")
}

func sidechannel(ctx context.Context) (net.Conn, error) {
	m, err := connection(ctx)
	if err != nil {
		return nil, err
	}
	md, _ := metadata.FromIncomingContext(ctx)
	ids := md.Get("gitaly-sidechannel-id")
	if len(ids) == 0 {
		return nil, status.Error(codes.InvalidArgument, "no sidechannel id")
	}
	id, _ := strconv.ParseInt(ids[len(ids)-1], 10, 64)
	stream, err := mux.OpenSidechannel(m.session, id)
	if err != nil {
		return nil, status.Errorf(codes.Internal, "open sidechannel: %v", err)
	}
	return stream, nil
}

func answer(ctx context.Context, method string, request []byte) ([]byte, error) {
	switch method {
	case "/interop.Node/Echo":
		return request, nil
	case "/interop.Node/CallBack": // asks the one who made the connection
		m, err := connection(ctx)
		if err != nil {
			return nil, err
		}
		var reply []byte
		err = m.back.Invoke(ctx, "/interop.Votes/Vote", &request, &reply)
		return reply, err
	case "/interop.Node/Reverse": // reads the request on a sidechannel, answers "reply:" and its length
		stream, err := sidechannel(ctx)
		if err != nil {
			return nil, err
		}
		defer stream.Close()
		data, err := mux.ReadPackets(stream)
		if err != nil {
			return nil, err
		}
		_, err = fmt.Fprintf(stream, "reply:%d", len(data))
		return data, err
	case "/interop.Node/Bulk": // writes as many bytes as the request says
		stream, err := sidechannel(ctx)
		if err != nil {
			return nil, err
		}
		defer stream.Close()
		size, _ := strconv.Atoi(string(request))
		written, err := bulk(stream, size)
		if err == nil {
			_, err = mux.ReadPackets(stream)
		}
		return []byte(strconv.Itoa(written)), err
	case "/interop.Node/Fail": // writes what the client should see, then fails
		stream, err := sidechannel(ctx)
		if err != nil {
			return nil, err
		}
		_, _ = stream.Write(request)
		stream.Close()
		return nil, status.Error(codes.FailedPrecondition, "upload-pack failed")
	case "/interop.Node/Stuck": // writes until it is stopped, and says on standard output how that ended
		stream, err := sidechannel(ctx)
		if err != nil {
			return nil, err
		}
		started := time.Now()
		_, err = bulk(stream, 1<<40)
		fmt.Printf("STUCK %d %v\n", time.Since(started).Milliseconds(), err)
		stream.Close()
		return nil, errors.New("stopped")
	}
	return nil, status.Error(codes.Unimplemented, method)
}

// bulk writes a pattern by which a lost or doubled byte shows.
func bulk(w io.Writer, size int) (int, error) {
	chunk := make([]byte, 32*1024)
	written := 0
	for written < size {
		n := min(len(chunk), size-written)
		for i := range n {
			chunk[i] = byte((written + i) % 251)
		}
		k, err := w.Write(chunk[:n])
		written += k
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func main() {
	network := flag.String("network", "tcp", "tcp or unix")
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	library := flag.String("library", "hashicorp", "hashicorp, eager (hashicorp, stream 2 at once) or libp2p")
	flag.Parse()
	listener, err := net.Listen(*network, *address)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(
		grpc.Creds(accepting{insecure.NewCredentials(), *library}),
		grpc.ForceServerCodec(mux.Raw{}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
		grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
			method, _ := grpc.MethodFromServerStream(stream)
			var request []byte
			if err := stream.RecvMsg(&request); err != nil {
				return err
			}
			reply, err := answer(stream.Context(), method, request)
			if err != nil {
				return err
			}
			return stream.SendMsg(&reply)
		}))
	go func() { // ends with its parent
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Printf("LISTEN %s\n", listener.Addr())
	log.Fatal(server.Serve(listener))
}
