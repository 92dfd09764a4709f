package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// Names a write intent. Made by the proxy, unique over all lives of all proxies, so that opening it twice is opening
/// it once.
///
/// @param value of a proxy's own always positive; a datastore may use others for itself
@API(status = EXPERIMENTAL, since = "0.1")
public record IntentId(long value) {

    /// @param life  of the proxy that opens it
    /// @param count greater with every intent of that life; after 2³¹ they repeat
    public static IntentId of(ProxyLife life, int count) {
        return new IntentId((life.number() << 31) | (count & 0x7fff_ffffL));
    }
}
