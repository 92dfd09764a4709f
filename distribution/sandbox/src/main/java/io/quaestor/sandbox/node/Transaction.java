package io.quaestor.sandbox.node;

import io.grpc.StatusException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The transaction of a proxy in which a call takes part: metadata `gitaly-reference-transaction`, base64 of JSON
/// `{"id": 1, "node": "…", "primary": true}` (RT 4.2).
///
/// @param id      unsigned
/// @param node    by which name this node votes
/// @param primary whether this node runs what only one node may run
record Transaction(long id, String node, boolean primary) {

    static final String KEY = "gitaly-reference-transaction";

    private static final BigInteger BEYOND = BigInteger.ONE.shiftLeft(64);

    static Transaction parse(String header) throws StatusException {
        try {
            var fields = Json.object(new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8));
            if (fields.get("id") instanceof BigInteger id && id.signum() >= 0 && id.compareTo(BEYOND) < 0) {
                return new Transaction(
                        id.longValue(),
                        fields.get("node") instanceof String node ? node : "",
                        Boolean.TRUE.equals(fields.get("primary")));
            }
            throw new IllegalArgumentException("no id");
        } catch (IllegalArgumentException e) {
            throw Repositories.invalid("metadata " + KEY + " is not understood: " + e.getMessage());
        }
    }
}
