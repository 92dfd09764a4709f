package io.quaestor.runtime.config;

import io.quaestor.spi.plugin.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Interprets `[auth]`, and reads the token's file (OPS 1.4).
final class AuthReader {

    private static final Set<Set<PosixFilePermission>> PERMITTED =
            Set.of(PosixFilePermissions.fromString("rw-------"), PosixFilePermissions.fromString("r--------"));

    private final Section section;

    AuthReader(Section section) {
        this.section = section;
    }

    AuthConfiguration read() {
        Secret token = section.secret("token");
        String file = section.text("token_file", "");
        boolean transitioning = section.truth("transitioning", false);
        if (!file.isEmpty() && !token.isEmpty()) {
            section.wrong("token_file", "token and token_file are mutually exclusive");
        } else if (!file.isEmpty()) {
            token = ofFile(Path.of(file));
        }
        section.warnOfUnknownKeys();
        return new AuthConfiguration(token, transitioning);
    }

    private Secret ofFile(Path file) {
        try {
            if (!Files.exists(file)) {
                section.wrong("token_file", "doesn't exist: \"" + file + "\"");
                return Secret.of("");
            }
            var permissions = Files.getPosixFilePermissions(file);
            if (!PERMITTED.contains(permissions)) {
                section.wrong(
                        "token_file",
                        "file permission " + octal(permissions) + " is too permissive, should be 0600 or 0400");
                return Secret.of("");
            }
            String token = Files.readString(file).strip();
            if (token.isEmpty()) {
                // Praefect takes it for "everybody may call" (OPS 1.4), which nobody can have meant
                section.wrong("token_file", "is empty: \"" + file + "\"");
            }
            return Secret.of(token);
        } catch (IOException failure) {
            section.wrong("token_file", "reading token file: " + failure);
            return Secret.of("");
        }
    }

    private static String octal(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (PosixFilePermission permission : PosixFilePermission.values()) { // from owner's read to others' execute
            bits = bits << 1 | (permissions.contains(permission) ? 1 : 0);
        }
        return String.format("%04o", bits);
    }
}
