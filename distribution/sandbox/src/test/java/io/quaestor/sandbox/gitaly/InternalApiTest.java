package io.quaestor.sandbox.gitaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.sandbox.support.TestNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the hooks of a Gitaly ask.
class InternalApiTest {

    private InternalApi api;

    @BeforeEach
    void start() throws IOException {
        api = InternalApi.start(0, TestNode.THREADS);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "allowed      | {\"status\":true}",
        "pre_receive  | {\"reference_counter_increased\":true}",
        "post_receive | {\"reference_counter_decreased\":true,\"messages\":[]}",
    })
    void everyHookIsTold(String hook, String answer) throws Exception {
        var response = post(hook + "?trace=1", BodyPublishers.ofString("{\"changes\":\"\"}"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).isEqualTo(answer);
    }

    @Test
    void longBodyOfUnknownLengthIsTaken() throws Exception {
        var body = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3 << 20]));

        assertThat(post("post_receive", body).statusCode()).isEqualTo(200);
    }

    @Test
    void checkNamesAVersion() throws Exception {
        var response = send(HttpRequest.newBuilder(uri("check")).build());

        assertThat(response.body()).contains("\"api_version\":\"v4\"", "\"redis\":true");
    }

    @Test
    void everythingElseIsNotFound() throws Exception {
        assertThat(post("lfs_authenticate", BodyPublishers.noBody()).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> post(String name, BodyPublisher body) throws Exception {
        return send(HttpRequest.newBuilder(uri(name)).POST(body).build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }

    private URI uri(String name) {
        return URI.create("http://127.0.0.1:" + api.port() + "/api/v4/internal/" + name);
    }
}
