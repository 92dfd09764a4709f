package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.VirtualStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangedPathsTest {

    private static RepositoryKey key(String virtualStorage, String path) {
        return new RepositoryKey(new VirtualStorage(virtualStorage), path);
    }

    @Test
    void readsWhatTheTriggersSend() {
        assertThat(ChangedPaths.parse(
                                "[{\"relative_paths\": [\"@hashed/a.git\", \"b.git\"], \"virtual_storage\": \"default\"}, "
                                        + "{\"virtual_storage\": \"other\", \"relative_paths\": []}]")
                        .orElseThrow())
                .containsExactly(key("default", "@hashed/a.git"), key("default", "b.git"));
        assertThat(ChangedPaths.parse("[]").orElseThrow()).isEmpty();
    }

    @Test
    void readsEveryEscape() {
        var json = "[{\"virtual_storage\":\"v\",\"relative_paths\":[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"]}]";

        assertThat(ChangedPaths.parse(json).orElseThrow()).containsExactly(key("v", "\"\\/\b\f\n\r\té😀"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "{}",
                "[",
                "[{}]",
                "[] []",
                "[{\"virtual_storage\": \"\", \"relative_paths\": [\"a\"]}]",
                "[{\"virtual_storage\": \"v\", \"relative_paths\": [\"\"]}]",
                "[{\"virtual_storage\": \"v\", \"relative_paths\": \"a\"}]",
                "[{\"virtual_storage\": \"v\", \"relative_paths\": [\"a\"]}",
                "[{\"virtual_storage\": \"v\", \"relative_paths\": [\"\\u12\"]}]",
                "[{\"virtual_storage\": \"v\", \"relative_paths\": [\"\\x\"]}]",
                "[{\"relative_paths\": [\"a\"]}]",
                "[{\"virtual_storage\": \"v\", \"more\": 1}]"
            })
    void refusesWhatItDoesNotUnderstand(String json) {
        assertThat(ChangedPaths.parse(json)).isEmpty();
    }
}
