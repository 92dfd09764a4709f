package io.quaestor.faults.load;

import io.quaestor.faults.cluster.ProxyClient;
import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.history.Register;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// A way to write a reference. **Blocking:** yes.
interface Pen {

    /// Makes the commit.
    ///
    /// @return empty if there are no more
    Optional<Draft> draft(Subject subject, String parent) throws IOException, InterruptedException;

    /// Writes it, if the reference is still at the expected value.
    Outcome write(ProxyClient proxy, Subject subject, Register register, String expected, Draft draft)
            throws IOException, InterruptedException;

    /// Real `git push`, one new commit each.
    record Push(Duration limit) implements Pen {

        @Override
        public Optional<Draft> draft(Subject subject, String parent) throws IOException, InterruptedException {
            return Optional.of(subject.commit(parent));
        }

        @Override
        public Outcome write(ProxyClient proxy, Subject subject, Register register, String expected, Draft draft)
                throws IOException, InterruptedException {
            return subject.push(proxy, register, expected, draft, limit);
        }
    }

    /// One call that moves the reference to a commit of the stock.
    record Call(Duration limit) implements Pen {

        @Override
        public Optional<Draft> draft(Subject subject, String parent) {
            return subject.take();
        }

        @Override
        public Outcome write(ProxyClient proxy, Subject subject, Register register, String expected, Draft draft)
                throws InterruptedException {
            return Refusals.of(
                    proxy.writeRef(subject.name(), register.reference(), expected, draft.commit(), limit));
        }
    }
}
