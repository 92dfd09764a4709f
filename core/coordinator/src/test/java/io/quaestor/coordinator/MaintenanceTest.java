package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Maintenance: RT 1.9, 3.4.
class MaintenanceTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    MaintenanceTest() throws InterruptedException {}

    @Test
    void everyReplicaThatIsReachedGetsItWithItsOwnNames() throws InterruptedException {
        proxy.repository("g2", 5, 5, 3);
        proxy.view = ProxyFixture.view(0, "g1", "g3");
        var path = proxy.placement().path().value();

        var destinations = proxy.call(ProxyFixture.MAINTAIN).forwarding().destinations();

        assertThat(destinations).hasSize(2);
        assertThat(destinations.get(0).firstMessage()).isEqualTo(Messages.about("g1", path));
        assertThat(destinations.get(1).firstMessage()).isEqualTo(Messages.about("g3", path));
    }

    @ParameterizedTest(name = "{0} {1} {2} → {3}")
    @CsvSource({
        "OK,       OK,       OK,       pass",
        "INTERNAL, OK,       OK,       INTERNAL: of g1",
        "OK,       INTERNAL, OK,       INTERNAL: of g2",
        "OK,       ABORTED,  INTERNAL, ABORTED: of g2", // the first one in the order of the configuration
    })
    void theFirstFailureIsToldAndNothingIsRecorded(
            StatusCode first, StatusCode second, StatusCode third, String expected) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var call = proxy.call(ProxyFixture.MAINTAIN);

        call.end("g3", third, "of g3", true, true);
        call.end("g2", second, "of g2", true, true);
        call.end("g1", first, "of g1", true, true);

        assertThat(call.told()).isEqualTo(expected);

        assertThat(proxy.datastore.calls(Operation.RECORD)).isZero();
        assertThat(proxy.jobs()).isEmpty();
    }

    @Test
    void aNodeThatFailsDoesNotSendTheCallElsewhere() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var forwarding = proxy.call(ProxyFixture.MAINTAIN).forwarding();
        var node = forwarding.destinations().getFirst().node();

        assertThat(forwarding.instead(new DestinationEnd(node, StatusCode.UNAVAILABLE, "", false, false)))
                .isNull();
    }
}
