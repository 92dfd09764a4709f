package io.quaestor.sandbox.process;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Makes up secrets.
final class Tokens {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    static String create() {
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
