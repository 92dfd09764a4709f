package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTest {

    @Test
    void idsAreUnsignedAndOtherFieldsAreIgnored() throws StatusException {
        var transaction = Transaction.parse(base64(
                "{\"backchannel_id\": 3, \"id\":18446744073709551615 , \"node\":\"gitaly-1\",\"primary\":true}"));

        assertThat(transaction).isEqualTo(new Transaction(-1, "gitaly-1", true));
    }

    @Test
    void whoIsNotCalledPrimaryIsNone() throws StatusException {
        assertThat(Transaction.parse(base64("{\"id\":1,\"node\":\"a\"}"))).isEqualTo(new Transaction(1, "a", false));
    }

    @ParameterizedTest(name = "<{0}>")
    @ValueSource(
            strings = {
                "{\"node\":\"a\"}",
                "{\"id\":-1}",
                "{\"id\":18446744073709551616}",
                "{\"id\":1e3}",
                "{\"id\":\"1\"}",
                "{\"id\":111111111111111111111111111}",
                "{\"id\":}",
                "[]",
                ""
            })
    void whatIsNoTransactionIsTheCallersFault(String json) {
        assertThatThrownBy(() -> Transaction.parse(base64(json)))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
