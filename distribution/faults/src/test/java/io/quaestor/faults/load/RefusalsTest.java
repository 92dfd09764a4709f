package io.quaestor.faults.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.system.Shell.Ended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rejected is only what the node or Git refused; a mistake here would find what is not there, or miss what is.
class RefusalsTest {

    @ParameterizedTest(name = "{0} {1} → {2}")
    @CsvSource({
        "OK, '', OK",
        "FAILED_PRECONDITION, 'not now', REJECTED",
        "ABORTED, 'others voted otherwise', REJECTED",
        "INTERNAL, 'fatal: cannot lock ref: is at 1 but expected 2', REJECTED",
        "INTERNAL, 'reference update: reference does not point to expected object', REJECTED",
        "INTERNAL, 'vote failed: transaction was aborted\nfatal: ref updates aborted by hook', REJECTED",
        "INTERNAL, 'vote failed: transaction was aborted', UNKNOWN",
        "INTERNAL, 'something else', UNKNOWN",
        "UNAVAILABLE, 'io exception', UNKNOWN",
        "DEADLINE_EXCEEDED, '', UNKNOWN",
        "CANCELLED, '', UNKNOWN",
        "UNKNOWN, '', UNKNOWN",
    })
    void ofACall(Status.Code code, String text, Outcome expected) {
        assertThat(Refusals.of(code.toStatus().withDescription(text))).isEqualTo(expected);
    }

    @Test
    void aCallWithoutATextLeavesItOpen() {
        assertThat(Refusals.of(Status.INTERNAL)).isEqualTo(Outcome.UNKNOWN);
    }

    @ParameterizedTest(name = "{0} {1} → {2}")
    @CsvSource({
        "0, ' \tabc:refs/heads/one\t1..2', OK",
        "1, '!\tabc:refs/heads/one\t[rejected] (stale info)', REJECTED",
        "1, '!\tabc:refs/heads/one\t[remote rejected] (failed to update ref)', REJECTED",
        "1, '!\tabc:refs/heads/one\t[remote failure] (remote failed to report status)', UNKNOWN",
        "128, 'fatal: the remote end hung up unexpectedly', UNKNOWN",
        "-1, '', UNKNOWN",
    })
    void ofAPush(int code, String line, Outcome expected) {
        assertThat(Refusals.of(new Ended(code, "To http://127.0.0.1:1/x.git\n" + line + "\n"))).isEqualTo(expected);
    }

    @Test
    void whatTheServerSaysAboutRejectionsIsNotGitsReport() {
        assertThat(Refusals.of(new Ended(1, "remote: !\tx [rejected]\nerror: RPC failed; curl 18"))).isEqualTo(Outcome.UNKNOWN);
    }
}
