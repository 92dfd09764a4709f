package io.quaestor.coordinator;

import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Secret;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks the token that clients send: version 2, an HMAC over the time (TR 5.7).
///
/// **Threads:** event loops, several at once. **Blocking:** never. Verdicts are remembered for the second in which all
/// calls of a client carry the same header.
public final class Authentication {

    /// How far the clocks of client and proxy may be apart (TR 5.7).
    private static final long WINDOW_SECONDS = 30;

    private static final Failure MISSING = new Failure(StatusCode.UNAUTHENTICATED, "authentication required");
    private static final Failure DENIED = new Failure(StatusCode.PERMISSION_DENIED, "permission denied");

    private final Secret token;
    private final boolean enforced;
    private final Clock clock;
    private volatile @Nullable Verdict last;

    /// @param token    the secret; empty lets everybody pass
    /// @param enforced `false` checks and lets pass (`auth.transitioning`)
    public Authentication(Secret token, boolean enforced, Clock clock) {
        this.token = token;
        this.enforced = enforced;
        this.clock = clock;
    }

    /// Judges one call.
    ///
    /// @param header first value of `authorization`; `null` if there is none
    /// @return why the call is refused; empty if it may pass
    public Optional<Failure> check(@Nullable String header) {
        if (token.isEmpty() || !enforced) {
            return Optional.empty();
        }
        if (header == null) {
            return Optional.of(MISSING);
        }
        long now = clock.now().getEpochSecond();
        var known = last;
        if (known != null && known.second() == now && known.header().equals(header)) {
            return known.failure();
        }
        var failure = judge(header, now);
        last = new Verdict(now, header, failure);
        return failure;
    }

    private Optional<Failure> judge(String header, long now) {
        int space = header.indexOf(' ');
        if (space < 0 || !header.substring(0, space).equalsIgnoreCase("bearer")) {
            return Optional.of(MISSING);
        }
        var parts = header.substring(space + 1).split("\\.", -1);
        if (parts.length != 3) {
            return Optional.of(MISSING);
        }
        byte[] signature;
        try {
            signature = HexFormat.of().parseHex(parts[1]);
        } catch (IllegalArgumentException _) {
            return Optional.of(MISSING);
        }
        return parts[0].equals("v2") && isInWindow(parts[2], now) && isSignedBy(token, parts[2], signature)
                ? Optional.empty()
                : Optional.of(DENIED);
    }

    private static boolean isInWindow(String time, long now) {
        try {
            return Math.abs(Math.subtractExact(now, Long.parseLong(time))) <= WINDOW_SECONDS;
        } catch (NumberFormatException | ArithmeticException _) {
            return false;
        }
    }

    private static boolean isSignedBy(Secret token, String time, byte[] signature) {
        return MessageDigest.isEqual(TokenSigner.sign(token, time), signature);
    }

    private record Verdict(long second, String header, Optional<Failure> failure) {}
}
