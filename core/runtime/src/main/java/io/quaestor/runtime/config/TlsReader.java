package io.quaestor.runtime.config;

import io.quaestor.spi.plugin.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Interprets `[tls]` (OPS 1.4). The files are looked for only if a listener needs them.
final class TlsReader {

    private final Section section;
    private final boolean needed;

    TlsReader(Section section, boolean needed) {
        this.section = section;
        this.needed = needed;
    }

    TlsConfiguration read() {
        String certificate = section.text("certificate_path", "");
        String keyFile = section.text("key_path", "");
        Secret key = section.secret("key");
        if (!keyFile.isEmpty() && !key.isEmpty()) {
            section.wrong("key_path", "key_path and key cannot both be set");
        }
        if (needed) {
            file("certificate_path", certificate);
            if (key.isEmpty()) {
                file("key_path", keyFile);
            }
        }
        var version = switch (section.text("min_version", "TLS 1.2")) {
            case "TLS 1.2" -> TlsConfiguration.Version.TLS_1_2;
            case "TLS 1.3" -> TlsConfiguration.Version.TLS_1_3;
            case String other -> {
                section.wrong("min_version", "unsupported TLS version: \"" + other + "\"");
                yield TlsConfiguration.Version.TLS_1_2;
            }
        };
        section.warnOfUnknownKeys();
        return new TlsConfiguration(
                Path.of(certificate), keyFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(keyFile)), key, version);
    }

    private void file(String key, String path) {
        if (path.isBlank()) {
            section.wrong(key, "blank or empty");
        } else if (!Files.exists(Path.of(path))) {
            section.wrong(key, "doesn't exist: \"" + path + "\"");
        } else if (!Files.isRegularFile(Path.of(path))) {
            section.wrong(key, "not a file: \"" + path + "\"");
        }
    }
}
