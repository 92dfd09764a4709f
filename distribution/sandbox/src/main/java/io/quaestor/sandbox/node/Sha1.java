package io.quaestor.sandbox.node;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash of Gitaly's checksums and votes.
final class Sha1 {

    /// In bytes.
    static final int SIZE = 20;

    private Sha1() {}

    /// @param text one character per byte
    static byte[] of(String text) {
        return digest().digest(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }
}
