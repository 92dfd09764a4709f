package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceServersTest {

    @Test
    void addressAndTokenOfAStorageAreRead() throws StatusException {
        var servers = parse(" {\"gitaly-1\" : {\"address\":\"tcp:\\/\\/a:1\",\"token\":\"\\u0061\\\"b\"}, \"x\":{}} ");

        assertThat(servers.of("gitaly-1").address()).isEqualTo("tcp://a:1");
        assertThat(servers.of("gitaly-1").token()).isEqualTo("a\"b");
        assertThat(servers.of("gitaly-1").toString()).doesNotContain("b");
        assertThatThrownBy(() -> servers.of("x")).hasMessageContaining("does not name storage \"x\"");
        assertThatThrownBy(() -> servers.of("y")).hasMessageContaining("does not name storage \"y\"");
    }

    @ParameterizedTest(name = "'{0}'")
    @ValueSource(strings = {"", "{", "[]", "{\"a\":1}", "{\"a\":{}", "{\"a\":{}} x", "{\"\\u00", "{\"a\" {}}", "{\"\\x\":{}}"})
    void otherTextIsTheCallersFault(String json) {
        assertThatThrownBy(() -> parse(json)).hasMessageStartingWith("INVALID_ARGUMENT");
    }

    private static SourceServers parse(String json) throws StatusException {
        return SourceServers.parse(Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
    }
}
