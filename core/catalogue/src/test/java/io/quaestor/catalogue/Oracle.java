package io.quaestor.catalogue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.quaestor.catalogue.InvalidRequest.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Says what a request is about as Praefect does: decodes the whole message, and walks all its populated fields in search
/// of an annotated one (TR 6.3, 6.4).
final class Oracle {

    private final Protocol protocol;

    Oracle(Protocol protocol) {
        this.protocol = protocol;
    }

    /// What reading must find: either a problem, or the names and the ways to them.
    record Finding(
            Optional<Problem> problem, String storage, String relativePath, Optional<String> additionalPath,
            List<FieldDescriptor> target, List<FieldDescriptor> additional) {}

    Finding repository(DynamicMessage message) {
        var target = find(message, "target_repository");
        var additional = find(message, "additional_repository");
        var storage = string(message, target, "storage_name");
        var path = string(message, target, "relative_path");
        Problem problem = null;
        if (target.isEmpty()) {
            problem = Problem.REPOSITORY_NOT_SET;
        } else if (storage.isEmpty()) {
            problem = path.isEmpty() ? Problem.REPOSITORY_EMPTY : Problem.STORAGE_NAME_NOT_SET;
        } else if (path.isEmpty()) {
            problem = Problem.REPOSITORY_PATH_NOT_SET;
        } else if (!additional.isEmpty() && !string(message, additional, "storage_name").equals(storage)) {
            problem = Problem.ADDITIONAL_REPOSITORY_ELSEWHERE;
        }
        var additionalPath = Optional.of(string(message, additional, "relative_path")).filter(found -> !found.isEmpty());
        return new Finding(Optional.ofNullable(problem), storage, path, additionalPath, target, additional);
    }

    Finding storage(DynamicMessage message) {
        var way = find(message, "storage");
        var storage = way.isEmpty() ? "" : (String) at(message, way.subList(0, way.size() - 1)).getField(way.getLast());
        return new Finding(
                storage.isEmpty() ? Optional.of(Problem.STORAGE_NOT_SET) : Optional.empty(), storage, "", Optional.empty(),
                way, List.of());
    }

    /// What a node must get for a repository.
    Message rewritten(DynamicMessage message, Finding finding, String storage, String path, String additional, int cleared) {
        var result = name(message, finding.target(), storage, path);
        if (!finding.additional().isEmpty()) {
            result = name(result, finding.additional(), storage, additional);
        }
        if (cleared == 0) {
            return result;
        }
        var unknown = UnknownFieldSet.newBuilder(result.getUnknownFields()).clearField(cleared).build();
        return result.toBuilder()
                .clearField(message.getDescriptorForType().findFieldByNumber(cleared))
                .setUnknownFields(unknown)
                .build();
    }

    /// What a node must get for a storage.
    Message rewritten(DynamicMessage message, Finding finding, String storage) {
        return set(message, finding.target(), storage);
    }

    private static Message name(Message message, List<FieldDescriptor> way, String storage, String path) {
        var repository = at(message, way);
        var fields = repository.getDescriptorForType();
        return set(message, way, repository.toBuilder()
                .setField(fields.findFieldByName("storage_name"), storage)
                .setField(fields.findFieldByName("relative_path"), path)
                .build());
    }

    private static Message set(Message message, List<FieldDescriptor> way, Object value) {
        if (way.isEmpty()) {
            return (Message) value;
        }
        var inner = way.size() == 1 ? value : set((Message) message.getField(way.getFirst()), way.subList(1, way.size()), value);
        return message.toBuilder().setField(way.getFirst(), inner).build();
    }

    private static Message at(Message message, List<FieldDescriptor> way) {
        return way.isEmpty() ? message : at((Message) message.getField(way.getFirst()), way.subList(1, way.size()));
    }

    private static String string(Message message, List<FieldDescriptor> way, String name) {
        if (way.isEmpty()) {
            return "";
        }
        var repository = at(message, way);
        return (String) repository.getField(repository.getDescriptorForType().findFieldByName(name));
    }

    /// The way to the one annotated field that is populated; empty if there is none.
    private List<FieldDescriptor> find(Message message, String annotation) {
        var found = new ArrayList<List<FieldDescriptor>>();
        walk(message, annotation, List.of(), found);
        if (found.size() > 1) {
            throw new IllegalStateException("field is ambiguous: " + found);
        }
        return found.isEmpty() ? List.of() : found.getFirst();
    }

    private void walk(Message message, String annotation, List<FieldDescriptor> way, List<List<FieldDescriptor>> found) {
        for (var entry : message.getAllFields().entrySet()) {
            var field = entry.getKey();
            if (field.isRepeated()) {
                continue; // no list of the protocol has an annotated field in it
            }
            var here = new ArrayList<>(way);
            here.add(field);
            if (protocol.isAnnotated(field, annotation)) {
                resolve((entry.getValue() instanceof Message inner) ? inner : message, here).ifPresent(found::add);
            } else if (field.getJavaType() == JavaType.MESSAGE) {
                walk((Message) entry.getValue(), annotation, here, found);
            }
        }
    }

    /// Of an `ObjectPool`, its repository is meant.
    private static Optional<List<FieldDescriptor>> resolve(Message annotated, List<FieldDescriptor> way) {
        if (!annotated.getDescriptorForType().getName().equals("ObjectPool")) {
            return Optional.of(way);
        }
        var repository = annotated.getDescriptorForType().findFieldByName("repository");
        if (!annotated.hasField(repository)) {
            return Optional.empty();
        }
        way.add(repository);
        return Optional.of(way);
    }
}
