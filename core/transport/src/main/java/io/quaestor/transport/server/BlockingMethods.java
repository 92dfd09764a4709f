package io.quaestor.transport.server;

import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quaestor.coordinator.Failures;
import io.quaestor.spi.datastore.DatastoreException;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Methods that the proxy answers itself in plain blocking code, each call in a virtual thread of its own. How many there
/// are is bounded by the calls that a connection may have.
final class BlockingMethods {

    private static final Logger LOG = LoggerFactory.getLogger(BlockingMethods.class);

    private final ThreadFactory threads;

    BlockingMethods(ThreadFactory threads) {
        this.threads = threads;
    }

    /// Answers one request.
    @FunctionalInterface
    interface Answer<Q, A> {

        /// Blocks until the answer is there.
        A to(Q request) throws InterruptedException, StatusException;
    }

    <Q, A> ServerMethodDefinition<Q, A> unary(MethodDescriptor<Q, A> method, String prefix, Answer<Q, A> answer) {
        return ServerMethodDefinition.create(
                method,
                ServerCalls.asyncUnaryCall((Q request, StreamObserver<A> observer) -> {
                    Runnable work = () -> answer(request, prefix, answer, observer);
                    Runnable task = Context.current().wrap(() -> CallLog.about(OwnCalls.correlationId(), work));
                    threads.newThread(task).start();
                }));
    }

    /// @param prefix what is being done, for the text of a failure of the datastore
    private static <Q, A> void answer(Q request, String prefix, Answer<Q, A> answer, StreamObserver<A> observer) {
        try {
            var message = answer.to(request);
            observer.onNext(message);
            observer.onCompleted();
        } catch (StatusException e) {
            observer.onError(e);
        } catch (DatastoreException e) {
            observer.onError(Statuses.of(Failures.of(e, prefix)).asException());
        } catch (InterruptedException _) {
            observer.onError(Status.UNAVAILABLE
                    .withDescription(prefix + "the proxy is stopping")
                    .asException());
        } catch (RuntimeException e) {
            LOG.error("a call failed by a defect of the proxy", e);
            observer.onError(Status.INTERNAL.withDescription("panic: " + e).asException());
        }
    }

    /// A service of which some methods are answered here, under the generated service's name. The coordinator says of the
    /// others that they are not.
    static ServerServiceDefinition service(ServiceDescriptor whole, ServerMethodDefinition<?, ?>... methods) {
        var service = ServerServiceDefinition.builder(whole.getName());
        for (var method : methods) {
            service.addMethod(method);
        }
        return service.build();
    }
}
