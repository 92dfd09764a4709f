package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/// What the author of a datastore gives to its conformance kit. One is made for each test.
@API(status = EXPERIMENTAL, since = "0.1")
public interface DatastoreHarness {

    /// Opens a datastore that is empty. Called once, first.
    ///
    /// @param cluster the storages that are configured, in order
    /// @return started
    Datastore fresh(Map<VirtualStorage, List<StorageName>> cluster) throws Exception;

    /// Opens the same data as another proxy would, with the same configuration.
    ///
    /// @return started
    Datastore another() throws Exception;

    /// Makes everything that is recorded older by that much: jobs, their workers' signs of life, reports of health, lives
    /// of proxies, intents. By moving the clock, or by moving what is recorded.
    void letTimePass(Duration duration) throws Exception;

    /// Whether the datastore keeps intents and turns. One that never does says so here, and is not asked about them.
    default boolean keepsIntents() {
        return true;
    }

    /// Gives up all that was opened.
    void close() throws Exception;
}
