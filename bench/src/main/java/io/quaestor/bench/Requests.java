package io.quaestor.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.quaestor.messages.RefExistsRequest;
import io.quaestor.messages.Repository;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Requests of Gitaly's wire, with the metadata that Rails sends.
final class Requests {

    private static final Metadata.Key<String> AUTHORIZATION = ascii("authorization");

    private Requests() {}

    /// `RefExistsRequest`: a repository and a reference, some 200 bytes with what Rails fills in.
    static byte[] refExists(String storage, String path) {
        return RefExistsRequest.newBuilder()
                .setRepository(repository(storage, path))
                .setRef(ByteString.copyFromUtf8("refs/heads/main"))
                .build()
                .toByteArray();
    }

    static Repository repository(String storage, String path) {
        return Repository.newBuilder()
                .setStorageName(storage)
                .setRelativePath(path)
                .setGlRepository("project-1")
                .setGlProjectPath("group/subgroup/project-with-an-ordinary-name")
                .build();
    }

    /// Metadata as of a call of Rails, with a token for the present second.
    static Metadata headers(String token) {
        var headers = new Metadata();
        headers.put(AUTHORIZATION, bearer(token, System.currentTimeMillis() / 1000));
        headers.put(ascii("x-gitlab-correlation-id"), "01KAJ5V7Z6W3M8Q9R2T4Y6U8I0");
        headers.put(ascii("client_name"), "gitlab-web");
        headers.put(ascii("call_site"), "rails:ref_exists");
        headers.put(ascii("deadline_type"), "regular");
        headers.put(ascii("gitaly-session-id"), "b3f1c2d4e5f60718293a4b5c6d7e8f90");
        headers.put(ascii("username"), "root");
        for (int i = 0; i < 6; i++) {
            headers.put(ascii("gitaly-feature-some-flag-of-gitaly-" + i), i % 2 == 0 ? "true" : "false");
        }
        return headers;
    }

    private static String bearer(String token, long second) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.getBytes(UTF_8), "HmacSHA256"));
            var signature = mac.doFinal(Long.toString(second).getBytes(UTF_8));
            return "Bearer v2." + HexFormat.of().formatHex(signature) + "." + second;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError(e);
        }
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
