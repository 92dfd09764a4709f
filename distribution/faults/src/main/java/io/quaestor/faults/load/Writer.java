package io.quaestor.faults.load;

import io.quaestor.faults.cluster.ProxyClient;
import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.history.Read;
import io.quaestor.faults.history.Register;
import io.quaestor.faults.history.Write;
import io.quaestor.faults.system.Ticker;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A client that writes one repository, one write at a time. Each replaces the value that it saw last. It keeps to a proxy,
/// takes another when that one does not answer, and sometimes just so.
final class Writer {

    /// One in so many writes goes through a proxy at random.
    private static final int WANDERLUST = 3;

    private final Subject subject;
    private final Pen pen;
    private final List<ProxyClient> proxies;
    private final Recorder recorder;
    private final Reading reading;
    private final Ticker ticker;
    private final Random random;
    private final Map<Register, String> known = new HashMap<>();
    private int favourite;

    Writer(
            Subject subject,
            Pen pen,
            List<ProxyClient> proxies,
            Recorder recorder,
            Ticker ticker,
            Random random) {
        this.subject = subject;
        this.pen = pen;
        this.proxies = proxies;
        this.recorder = recorder;
        this.reading = new Reading(recorder, ticker);
        this.ticker = ticker;
        this.random = random;
        this.favourite = random.nextInt(proxies.size());
    }

    /// One write, whatever comes of it.
    ///
    /// @return false if there is nothing left to write
    boolean write() throws IOException, InterruptedException {
        var register = subject.registers().get(random.nextInt(subject.registers().size()));
        int chosen = random.nextInt(WANDERLUST) == 0 ? random.nextInt(proxies.size()) : favourite;
        var proxy = proxies.get(chosen);
        if (!known.containsKey(register)) {
            var seen = reading.read(proxy, subject);
            if (seen.isEmpty()) {
                leave(chosen);
                return true;
            }
            subject.registers().forEach(r -> known.put(r, seen.get().getOrDefault(r.reference(), Read.ABSENT)));
        }
        var expected = known.getOrDefault(register, Read.ABSENT);
        if (!subject.isOurs(expected)) {
            known.clear(); // nobody wrote it; the checker will say so
            return true;
        }
        var draft = pen.draft(subject, expected);
        if (draft.isEmpty()) {
            return false;
        }
        long invoked = ticker.nanos();
        var outcome = pen.write(proxy, subject, register, expected, draft.get());
        recorder.add(new Write(
                draft.get().id(),
                register,
                proxy.name(),
                expected,
                draft.get().commit(),
                invoked,
                ticker.nanos(),
                outcome));
        if (outcome == Outcome.OK) {
            known.put(register, draft.get().commit());
        } else {
            known.clear();
        }
        if (outcome == Outcome.UNKNOWN) {
            leave(chosen);
        }
        return true;
    }

    private void leave(int proxy) {
        favourite = (proxy + 1) % proxies.size();
    }
}
