package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryKey;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ProviderType;

/// Hears of changes of placements, so that they can be kept in memory.
///
/// **Threads:** one thread of the datastore at a time. **Blocking:** the listener must not.
@API(status = EXPERIMENTAL, since = "0.1")
@ProviderType
public interface PlacementListener {

    /// From now on every change is told. Said only after a message that was sent on the way that changes take has come
    /// back, so that a silent way is not believed in.
    void connected();

    /// Changes may have been missed, and will be until [#connected()] is called again.
    void lost();

    /// Something of this repository changed, or all of it: what is in memory is no longer true.
    void changed(RepositoryKey key);
}
