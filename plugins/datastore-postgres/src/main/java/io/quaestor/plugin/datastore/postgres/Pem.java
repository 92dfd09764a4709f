package io.quaestor.plugin.datastore.postgres;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// Reads certificates and keys as OpenSSL writes them.
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);

    /// `SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL }` (RFC 8017 A.1).
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    /// `OBJECT IDENTIFIER id-ecPublicKey` (RFC 5480 2.1.1).
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");

    private Pem() {}

    static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        var result = new ArrayList<X509Certificate>();
        try (var in = Files.newInputStream(file)) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                result.add((X509Certificate) certificate);
            }
        }
        if (result.isEmpty()) {
            throw new IOException("no certificate in " + file);
        }
        return result;
    }

    static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        var blocks = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (blocks.find()) {
            var der = Base64.getMimeDecoder().decode(blocks.group(2));
            switch (blocks.group(1)) {
                case "PRIVATE KEY" -> {
                    return pkcs8(der, file);
                }
                case "RSA PRIVATE KEY" -> {
                    return pkcs8(wrap(RSA, der), file);
                }
                case "EC PRIVATE KEY" -> {
                    return pkcs8(wrap(sequence(EC, curveOf(der, file)), der), file);
                }
                case "ENCRYPTED PRIVATE KEY" -> throw new IOException("the key in " + file + " is encrypted");
                default -> {
                    // certificates and parameters may stand in the same file
                }
            }
        }
        throw new IOException("no private key in " + file);
    }

    private static PrivateKey pkcs8(byte[] der, Path file) throws IOException {
        for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException notThis) {
                // the next one
            }
        }
        throw new IOException("the key in " + file + " is neither RSA nor EC nor EdDSA");
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return sequence(VERSION_0, algorithm, element(0x04, key));
    }

    /// The curve stands behind tag 0 of an `ECPrivateKey` (RFC 5915 3).
    private static byte[] curveOf(byte[] der, Path file) throws IOException {
        for (int i = 0; i + 3 < der.length; i++) {
            boolean parameters = (der[i] & 0xff) == 0xa0 && der[i + 2] == 0x06 && der[i + 1] == der[i + 3] + 2;
            if (parameters && i + 2 + der[i + 1] <= der.length) {
                return java.util.Arrays.copyOfRange(der, i + 2, i + 2 + der[i + 1]);
            }
        }
        throw new IOException("the key in " + file + " does not name its curve");
    }

    private static byte[] sequence(byte[]... elements) {
        var body = new ByteArrayOutputStream();
        for (var element : elements) {
            body.writeBytes(element);
        }
        return element(0x30, body.toByteArray());
    }

    private static byte[] element(int tag, byte[] body) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (body.length < 0x80) {
            out.write(body.length);
        } else if (body.length < 0x100) {
            out.write(0x81);
            out.write(body.length);
        } else {
            out.write(0x82);
            out.write(body.length >> 8);
            out.write(body.length);
        }
        out.writeBytes(body);
        return out.toByteArray();
    }
}
