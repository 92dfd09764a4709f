package io.quaestor.catalogue;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumOptions;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// All messages of the protocol as protobuf descriptors, made from `messages.csv` and `enums.csv`.
///
/// Both list what the `.proto` files of Gitaly 16.8 and 19.1 declare, merged; the column `options` has the annotations by
/// which Praefect finds its way (TR 6.1). They are independent of the catalogue's own file, which is held against them.
final class Protocol {

    private static final String PACKAGE = "gitaly";

    private final Map<String, String> annotations = new HashMap<>();
    private final Scope root = new Scope();
    private final FileDescriptor file;

    private Protocol() throws DescriptorValidationException {
        var enums = new TreeMap<String, EnumDescriptorProto.Builder>();
        for (var row : rows("enums.csv")) {
            var values = enums.computeIfAbsent(row.get(0), name -> EnumDescriptorProto.newBuilder().setName(lastPart(name)));
            values.addValueBuilder().setName(row.get(1)).setNumber(Integer.parseInt(row.get(2)));
        }
        enums.forEach((name, values) -> {
            if (values.getValueList().stream().map(value -> value.getNumber()).distinct().count() < values.getValueCount()) {
                values.setOptions(EnumOptions.newBuilder().setAllowAlias(true));
            }
            root.find(parent(name)).enums.add(values);
        });

        var messages = rows("messages.csv");
        for (var row : messages) {
            root.find(row.get(0));
        }
        for (var row : messages) { // messages without fields are only mentioned as types
            if (row.get(4).startsWith(PACKAGE + ".") && !enums.containsKey(row.get(4))) {
                root.find(row.get(4));
            }
        }
        for (var row : messages) {
            root.find(row.get(0)).fields.add(row);
            annotations.put(row.get(0) + "." + row.get(1), row.get(6));
        }
        for (var empty : List.of("ServerInfoRequest", "DiskStatisticsRequest", "ServerSignatureRequest")) {
            root.find(PACKAGE + "." + empty);
        }

        var raft = FileDescriptor.buildFrom(
                FileDescriptorProto.newBuilder()
                        .setName("raft.proto").setPackage("raftpb").setSyntax("proto3")
                        .addMessageType(DescriptorProto.newBuilder().setName("Message"))
                        .build(),
                new FileDescriptor[0]);
        var dependencies = new FileDescriptor[] {
            TimestampProto.getDescriptor(), DurationProto.getDescriptor(), WrappersProto.getDescriptor(), raft
        };
        var proto = FileDescriptorProto.newBuilder().setName("gitaly.proto").setPackage(PACKAGE).setSyntax("proto3");
        for (var dependency : dependencies) {
            proto.addDependency(dependency.getName());
        }
        root.children.forEach((name, child) -> proto.addMessageType(child.build(name, enums.keySet())));
        root.enums.forEach(proto::addEnumType);
        file = FileDescriptor.buildFrom(proto.build(), dependencies);
    }

    static Protocol load() {
        try {
            return new Protocol();
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    Descriptor message(String fullName) {
        var message = file.findMessageTypeByName(fullName.substring(PACKAGE.length() + 1));
        if (message == null) {
            throw new IllegalArgumentException("there is no message " + fullName);
        }
        return message;
    }

    boolean isAnnotated(FieldDescriptor field, String annotation) {
        return annotations.getOrDefault(field.getFullName(), "").contains(annotation);
    }

    private static List<List<String>> rows(String name) {
        try (var lines = new BufferedReader(
                new InputStreamReader(Protocol.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).map(line -> List.of(line.split(",", -1))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String parent(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /// A message with what is declared in it; the root is the package.
    private static final class Scope {

        private final Map<String, Scope> children = new TreeMap<>();
        private final List<EnumDescriptorProto.Builder> enums = new ArrayList<>();
        private final List<List<String>> fields = new ArrayList<>();

        private Scope find(String fullName) {
            var scope = this;
            var parts = fullName.split("\\.");
            for (int part = 1; part < parts.length; part++) {
                scope = scope.children.computeIfAbsent(parts[part], _ -> new Scope());
            }
            return scope;
        }

        private DescriptorProto build(String name, Set<String> enumNames) {
            var message = DescriptorProto.newBuilder().setName(name);
            var oneofs = new ArrayList<String>();
            for (var row : fields) {
                var field = message.addFieldBuilder().setName(row.get(1)).setNumber(Integer.parseInt(row.get(2)));
                field.setLabel(row.get(3).equals("repeated")
                        ? FieldDescriptorProto.Label.LABEL_REPEATED
                        : FieldDescriptorProto.Label.LABEL_OPTIONAL);
                setType(field, row.get(4), enumNames);
                if (!row.get(5).isEmpty()) {
                    if (!oneofs.contains(row.get(5))) {
                        oneofs.add(row.get(5));
                        message.addOneofDecl(OneofDescriptorProto.newBuilder().setName(row.get(5)));
                    }
                    field.setOneofIndex(oneofs.indexOf(row.get(5)));
                }
            }
            children.forEach((childName, child) -> message.addNestedType(child.build(childName, enumNames)));
            enums.forEach(message::addEnumType);
            return message.build();
        }

        private static void setType(FieldDescriptorProto.Builder field, String type, Set<String> enumNames) {
            if (type.contains(".")) {
                field.setTypeName("." + type);
                field.setType(enumNames.contains(type) ? FieldDescriptorProto.Type.TYPE_ENUM : FieldDescriptorProto.Type.TYPE_MESSAGE);
            } else {
                field.setType(FieldDescriptorProto.Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT)));
            }
        }
    }
}
