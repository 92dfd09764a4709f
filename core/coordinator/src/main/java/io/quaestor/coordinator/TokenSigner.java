package io.quaestor.coordinator;

import io.quaestor.spi.plugin.Secret;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes the header by which the proxy and its nodes know each other: `Bearer v2.<signature in hex>.<time>` (TR 5.7).
public final class TokenSigner {

    private TokenSigner() {}

    /// The value of `authorization` for one second.
    ///
    /// @param epochSecond by the wall clock
    public static String header(Secret token, long epochSecond) {
        String time = Long.toString(epochSecond);
        return "Bearer v2." + HexFormat.of().formatHex(sign(token, time)) + "." + time;
    }

    static byte[] sign(Secret token, String time) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            // Java refuses an empty key; a zero byte gives the same HMAC, since keys are padded with zeros
            byte[] key = token.isEmpty() ? new byte[1] : token.reveal().getBytes(StandardCharsets.UTF_8);
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(time.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every Java has HmacSHA256", e);
        }
    }
}
