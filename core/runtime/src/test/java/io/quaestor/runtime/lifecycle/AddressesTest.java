package io.quaestor.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Configurations;
import org.junit.jupiter.api.Test;

class AddressesTest {

    private static final String NODES =
            """
            listen_addr = "127.0.0.1:2305"
            [[virtual_storage]]
            name = "default"
            node = [{storage = "g1", address = "%s"}, {storage = "g2", address = "unix:/g2"}]
            """;

    @Test
    void whatCannotBeCalledYetIsRefusedWithALineForEachAddress() throws Exception {
        var configuration = Configurations.read(NODES.formatted("tls://g1:9999"));

        var refusal = catchThrowableOfType(ConfigurationException.class, () -> Addresses.check(configuration));

        assertThat(refusal.problems()).singleElement().asString()
                .startsWith("validating config: virtual storage \"default\": node \"g1\": TLS to nodes is not supported yet")
                .contains("\"tls://g1:9999\"");
    }

    @Test
    void whatCanBeCalledPasses() throws Exception {
        var configuration = Configurations.read(NODES.formatted("tcp://g1:9999"));

        assertThatCode(() -> Addresses.check(configuration)).doesNotThrowAnyException();
    }
}
