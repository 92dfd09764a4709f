package io.quaestor.faults.load;

import io.quaestor.faults.cluster.ProxyClient;
import io.quaestor.faults.history.Read;
import io.quaestor.faults.system.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Reads the registers of a repository and takes it down.
record Reading(Recorder recorder, Ticker ticker) {

    /// Before somebody who got no answer asks again: refusals come quickly.
    private static final Duration RESPITE = Duration.ofMillis(100);

    /// @return the values by the names of the references; empty if there was no answer
    Optional<Map<String, String>> read(ProxyClient proxy, Subject subject) throws InterruptedException {
        long invoked = ticker.nanos();
        var branches = proxy.branches(subject.name());
        long returned = ticker.nanos();
        if (branches.isEmpty()) {
            recorder.addUnansweredRead();
            ticker.pause(RESPITE);
            return Optional.empty();
        }
        for (var register : subject.registers()) {
            var value = branches.get().getOrDefault(register.reference(), Read.ABSENT);
            recorder.add(new Read(register, proxy.name(), value, invoked, returned));
        }
        return branches;
    }
}
