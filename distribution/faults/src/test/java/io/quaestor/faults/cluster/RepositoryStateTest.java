package io.quaestor.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.quaestor.messages.GetRepositoryMetadataResponse;
import io.quaestor.messages.GetRepositoryMetadataResponse.Replica;
import org.junit.jupiter.api.Test;

class RepositoryStateTest {

    @Test
    void isWholeWhenAllReplicasAreReachedAndHaveTheGeneration() {
        assertThat(RepositoryState.of(answer(7, 7, 7)).isWhole()).isTrue();
        assertThat(RepositoryState.of(answer(7, 6, 7)).isWhole()).isFalse();
        assertThat(RepositoryState.of(answer(7)).isWhole()).isFalse();
        var unreached = answer(7, 7).toBuilder()
                .addReplicas(Replica.newBuilder().setStorage("away").setGeneration(7))
                .build();
        assertThat(RepositoryState.of(unreached).isWhole()).isFalse();
    }

    @Test
    void readsTheSuspicionWhetherOrNotTheMessageKnowsIt() throws Exception {
        var field = UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8("2026-11-21T00:00:00Z"))
                .build();
        var bytes = answer(7, 7).toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder().addField(1000, field).build())
                .build()
                .toByteString();

        var state = RepositoryState.of(GetRepositoryMetadataResponse.parseFrom(bytes));

        assertThat(state.suspectSince()).isEqualTo("2026-11-21T00:00:00Z");
        assertThat(state.isWhole()).isFalse();
        assertThat(RepositoryState.of(answer(7, 7)).isSuspect()).isFalse();
    }

    private static GetRepositoryMetadataResponse answer(long generation, long... replicas) {
        var answer = GetRepositoryMetadataResponse.newBuilder().setGeneration(generation);
        for (int i = 0; i < replicas.length; i++) {
            answer.addReplicas(Replica.newBuilder()
                    .setStorage("gitaly-" + i)
                    .setGeneration(replicas[i])
                    .setHealthy(true));
        }
        return answer.build();
    }
}
