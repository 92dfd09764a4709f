package io.quaestor.transport.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAddressTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "tcp://1.2.3.4:567, 1.2.3.4, 567, 1.2.3.4:567",
        "tcp://gitaly.internal:8075, gitaly.internal, 8075, gitaly.internal:8075",
        "tcp://[::1]:8075, ::1, 8075, [::1]:8075",
        "dns:gitaly:8075, gitaly, 8075, gitaly:8075",
        "dns:///gitaly:8075, gitaly, 8075, gitaly:8075",
    })
    void hostAndPortAreRead(String address, String host, int port, String authority) {
        var read = NodeAddress.parse(address);

        assertThat(read).isEqualTo(new NodeAddress.Tcp(host, port));
        assertThat(read.authority()).isEqualTo(authority);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "unix:/run/gitaly.socket, /run/gitaly.socket",
        "unix:///run/gitaly.socket, ///run/gitaly.socket",
        "unix:gitaly.socket, gitaly.socket",
        "unix:../a:b.socket, ../a:b.socket",
    })
    void pathIsTakenAsItIs(String address, String path) {
        assertThat(NodeAddress.parse(address)).isEqualTo(new NodeAddress.Unix(Path.of(path)));
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "tls://gitaly:8075, not supported yet",
        "dns+tls:///gitaly:8075, not supported yet",
        "dns://1.1.1.1/gitaly:8075, DNS server of its own",
        "tcp://gitaly, names no port",
        "tcp://gitaly:8075/path, not a host and a port",
        "tcp://:8075, not a host and a port",
        "tcp:///gitaly, not a host and a port",
        "gitaly:8075, begins with none of",
        "., begins with none of",
        "unix:, names no path",
    })
    void otherAddressesAreRefusedWithAReason(String address, String reason) {
        assertThatThrownBy(() -> NodeAddress.parse(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(address);
    }
}
