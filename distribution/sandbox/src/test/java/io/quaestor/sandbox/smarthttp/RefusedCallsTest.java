package io.quaestor.sandbox.smarthttp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quaestor.messages.PostReceivePackRequest;
import io.quaestor.messages.Repository;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.support.TestNode;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A server that is stopping refuses a call before anything was sent: the user of git must hear that, and may try again.
@Timeout(60)
class RefusedCallsTest {

    private final GitCalls calls = new GitCalls(new StoppingPeer(), new Metadata(), TestNode.THREADS);

    @Test
    void pushThatIsRefusedAtOnceFailsWithItsStatus() {
        assertThatThrownBy(() -> calls.receivePack(
                        PostReceivePackRequest.getDefaultInstance(),
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream()))
                .hasMessage("UNAVAILABLE: the proxy is stopping");
    }

    @Test
    void referencesThatAreRefusedAtOnceFailWithTheirStatus() {
        assertThatThrownBy(() -> calls.advertise(
                        GitService.RECEIVE_PACK, Repository.getDefaultInstance(), "", OutputStream.nullOutputStream()))
                .hasMessage("UNAVAILABLE: the proxy is stopping");
    }

    private static final class StoppingPeer implements Peer {

        @Override
        public Channel channel() {
            return new Channel() {
                @Override
                public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
                    return new RefusedCall<>();
                }

                @Override
                public String authority() {
                    return "stopping";
                }
            };
        }

        @Override
        public boolean connect(Duration limit) {
            return true;
        }

        @Override
        public void close() {
            // there is nothing
        }
    }

    private static final class RefusedCall<Q, A> extends ClientCall<Q, A> {

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            listener.onClose(Status.UNAVAILABLE.withDescription("the proxy is stopping"), new Metadata());
        }

        @Override
        public void request(int count) {}

        @Override
        public void cancel(String message, Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public boolean isReady() {
            return false;
        }

        @Override
        public void sendMessage(Q message) {}
    }
}
