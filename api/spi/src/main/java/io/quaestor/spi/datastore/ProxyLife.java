package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// One life of a proxy, from its start to its end. A proxy that starts again has another one.
///
/// @param number given by the datastore; later lives have greater numbers
@API(status = EXPERIMENTAL, since = "0.1")
public record ProxyLife(long number) {

    public ProxyLife {
        if (number <= 0) {
            throw new IllegalArgumentException("number of a proxy's life is not positive: " + number);
        }
    }
}
