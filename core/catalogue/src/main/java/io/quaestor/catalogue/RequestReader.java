package io.quaestor.catalogue;

import io.quaestor.catalogue.InvalidRequest.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the first message of one RPC.
final class RequestReader {

    private final Rpc rpc;
    private byte[] message;
    private int start;
    private int end;

    RequestReader(Rpc rpc, byte[] message, int start, int end) {
        this.rpc = rpc;
        this.message = message;
        this.start = start;
        this.end = end;
    }

    RpcRequest read() {
        try {
            return rpc.scope() == Scope.REPOSITORY ? readRepository() : readStorage();
        } catch (MalformedMessageException e) {
            return new MalformedRequest(e.reason());
        }
    }

    private RpcRequest readRepository() throws MalformedMessageException {
        var path = rpc.target().orElseThrow();
        var target = findRegular(path, rpc.clearedField());
        var problem = validate(target);
        if (problem != null) {
            return new InvalidRequest(problem);
        }
        if (rpc.additional().isEmpty()) {
            return new RepositoryRequest(target, null);
        }
        var additional = findRegular(rpc.additional().get(), Rpc.NO_FIELD);
        if (!additional.present()) {
            return new RepositoryRequest(target, null);
        }
        if (!additional.storage().equals(target.storage())) {
            return new InvalidRequest(Problem.ADDITIONAL_REPOSITORY_ELSEWHERE);
        }
        // found again, because making the additional repository regular may have moved it
        return new RepositoryRequest(findRegular(path, Rpc.NO_FIELD), additional);
    }

    private RpcRequest readStorage() throws MalformedMessageException {
        Optional<FieldPath> path = rpc.storage();
        if (path.isPresent()) {
            var place = findRegular(path.get(), rpc.clearedField());
            if (!place.storage().isEmpty()) {
                return new StorageRequest(place);
            }
        }
        return new InvalidRequest(Problem.STORAGE_NOT_SET);
    }

    /// Finds the place, and if the message has not the form to be edited there, brings it into that form.
    private Place findRegular(FieldPath path, int cleared) throws MalformedMessageException {
        var place = Place.find(path, cleared, message, start, end);
        if (place.regular()) {
            return place;
        }
        message = Normaliser.normalise(path, cleared, message, start, end);
        start = 0;
        end = message.length;
        return Place.find(path, cleared, message, start, end);
    }

    /// The order of the checks is part of the protocol (RT 1.5).
    private static @Nullable Problem validate(Place target) {
        if (!target.present()) {
            return Problem.REPOSITORY_NOT_SET;
        }
        if (target.storage().isEmpty()) {
            return target.relativePath().isEmpty() ? Problem.REPOSITORY_EMPTY : Problem.STORAGE_NAME_NOT_SET;
        }
        return target.relativePath().isEmpty() ? Problem.REPOSITORY_PATH_NOT_SET : null;
    }
}
