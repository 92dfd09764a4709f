package io.quaestor.runtime.config;

import io.quaestor.spi.plugin.Secret;
import java.nio.file.Path;
import java.util.Optional;

/// How the proxy shows who it is, to clients that speak TLS.
///
/// @param certificate file with the chain in PEM
/// @param keyFile     file with the key in PEM; empty if the key itself is given
/// @param key         the key itself in PEM; empty if a file is given
/// @param minVersion  the oldest protocol that is spoken
public record TlsConfiguration(Path certificate, Optional<Path> keyFile, Secret key, Version minVersion) {

    /// Versions of TLS.
    public enum Version {
        TLS_1_2,
        TLS_1_3
    }
}
