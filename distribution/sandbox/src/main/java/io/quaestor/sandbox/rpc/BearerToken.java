package io.quaestor.sandbox.rpc;

import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A token, and the headers that prove its possession: authentication V2, `Bearer v2.<hex>.<Unix seconds>` (TR 5.7).
///
/// Its `toString` hides it.
public final class BearerToken {

    /// How far a header's time may be from ours, either way (TR 5.7).
    private static final long TOLERANCE_SECONDS = 30;

    private final byte[] key;

    public BearerToken(String token) {
        this.key = token.getBytes(StandardCharsets.UTF_8);
    }

    /// The value of the header `authorization` at this time.
    public String header(Instant now) {
        var seconds = Long.toString(now.getEpochSecond());
        return "Bearer v2." + HexFormat.of().formatHex(hmac(seconds)) + "." + seconds;
    }

    /// Checks a header.
    ///
    /// @param header the first value of `authorization`; null if there is none
    /// @return empty if it is good, else what to answer
    public Optional<Status> refuse(@Nullable String header, Instant now) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            return unauthenticated();
        }
        var parts = header.substring("bearer ".length()).split("\\.", -1);
        if (parts.length != 3) {
            return unauthenticated();
        }
        byte[] signature;
        try {
            signature = HexFormat.of().parseHex(parts[1]);
        } catch (IllegalArgumentException e) {
            return unauthenticated();
        }
        long seconds;
        try {
            seconds = Long.parseLong(parts[2]);
        } catch (NumberFormatException e) {
            return denied();
        }
        var good = parts[0].equals("v2")
                && MessageDigest.isEqual(signature, hmac(parts[2])) // in constant time
                && Math.abs(now.getEpochSecond() - seconds) <= TOLERANCE_SECONDS;
        return good ? Optional.empty() : denied();
    }

    @Override
    public String toString() {
        return "[token]";
    }

    private byte[] hmac(String message) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            // the algorithm refuses an empty key; one zero byte is padded to the same block
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
            return mac.doFinal(message.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    private static Optional<Status> unauthenticated() {
        return Optional.of(Status.UNAUTHENTICATED.withDescription("authentication required"));
    }

    private static Optional<Status> denied() {
        return Optional.of(Status.PERMISSION_DENIED.withDescription("permission denied"));
    }
}
