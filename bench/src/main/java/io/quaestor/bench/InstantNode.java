package io.quaestor.bench;

import io.grpc.Attributes;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.quaestor.wire.WireCredentials;
import io.quaestor.wire.WireLimits;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A storage node that does nothing, at once: every call is answered with one message as soon as it has come. A process of
/// its own, so that its processor time can be told from the proxy's.
///
/// Prints `port N` when it serves. Ends when its standard input ends.
final class InstantNode {

    /// As long as an ordinary answer; decodes as an empty message with unknown fields, and as a health that is SERVING.
    private static final byte[] ANSWER = answer();

    private InstantNode() {}

    public static void main(String[] args) throws Exception {
        var handler = new ServerCallHandler<byte[], byte[]>() {
            @Override
            public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
                call.request(1);
                return new ServerCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        call.sendHeaders(new Metadata());
                        call.sendMessage(ANSWER);
                        call.close(Status.OK, new Metadata());
                    }
                };
            }
        };
        var server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), WireCredentials.accepting(WireLimits.standard(), Attributes.EMPTY))
                .directExecutor()
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .fallbackHandlerRegistry(new HandlerRegistry() {
                    @Override
                    public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
                        return ServerMethodDefinition.create(Bytes.unary(name), handler);
                    }
                })
                .build()
                .start();
        System.out.println("port " + server.getPort());
        System.in.transferTo(OutputStream.nullOutputStream()); // ends with its parent
        server.shutdownNow();
    }

    private static byte[] answer() {
        // field 1, varint 1: SERVING to a health check, true to RefExists; field 15: filling of 200 bytes
        var bytes = new byte[2 + 3 + 200];
        bytes[0] = 8;
        bytes[1] = 1;
        bytes[2] = 15 << 3 | 2;
        bytes[3] = (byte) (200 | 0x80);
        bytes[4] = 1;
        return bytes;
    }
}
