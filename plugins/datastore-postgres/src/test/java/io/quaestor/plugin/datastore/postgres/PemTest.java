package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys as OpenSSL writes them, by OpenSSL.
class PemTest {

    @TempDir
    Path directory;

    private Path openssl(String arguments) throws Exception {
        var file = directory.resolve("key.pem");
        try {
            var process = new ProcessBuilder("/bin/sh", "-c", "openssl " + arguments.replace("FILE", file.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assumeTrue(process.waitFor() == 0, "openssl does not know that");
        } catch (IOException missing) {
            assumeTrue(false, "no openssl");
        }
        return file;
    }

    @ParameterizedTest(name = "{1} of openssl {0}")
    @CsvSource({
        "genrsa -traditional -out FILE 2048, RSA, BEGIN RSA PRIVATE KEY",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE, RSA, BEGIN PRIVATE KEY",
        "ecparam -name prime256v1 -genkey -noout -out FILE, EC, BEGIN EC PRIVATE KEY",
        "ecparam -name secp384r1 -genkey -out FILE, EC, BEGIN EC PARAMETERS",
        "genpkey -algorithm ed25519 -out FILE, EdDSA, BEGIN PRIVATE KEY"
    })
    void readsAKey(String arguments, String algorithm, String form) throws Exception {
        var file = openssl(arguments);

        assertThat(file).content().contains(form);
        assertThat(Pem.privateKey(file).getAlgorithm()).isEqualTo(algorithm);
    }

    @Test
    void saysThatAKeyIsEncrypted() throws Exception {
        var file = openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -aes256 -pass pass:x -out FILE");

        assertThatThrownBy(() -> Pem.privateKey(file)).hasMessageContaining("encrypted");
    }

    @Test
    void saysThatThereIsNoKey() throws Exception {
        var file = Files.writeString(directory.resolve("empty"), "nothing");

        assertThatThrownBy(() -> Pem.privateKey(file)).hasMessageContaining("no private key in");
    }
}
