package io.quaestor.runtime.config;

import io.quaestor.spi.plugin.Secret;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes a record from a table, component by component. The rules are told in
/// [io.quaestor.spi.plugin.StrategyProvider].
final class RecordBinder {

    private final Problems problems;
    private final String owner;
    private final boolean strict;

    /// @param owner  whose record it is, for messages, for example `plug-in latency`
    /// @param strict whether a key that the record does not know is an error, not only a warning
    RecordBinder(Problems problems, String owner, boolean strict) {
        this.problems = problems;
        this.owner = owner;
        this.strict = strict;
    }

    /// Makes a record.
    ///
    /// @throws ConfigurationException with everything that is wrong
    <R extends Record> R bind(Class<R> type, Section section) throws ConfigurationException {
        Record record = record(type, section, defaultsOf(type, section));
        problems.throwIfAny();
        return type.cast(Objects.requireNonNull(record)); // null only where something was taken down
    }

    /// @return null if something was wrong; it was taken down then
    private @Nullable Record record(Class<? extends Record> type, Section section, @Nullable Record defaults) {
        RecordComponent[] components = type.getRecordComponents();
        var arguments = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = keyOf(components[i]);
            Object fallback = defaults == null ? null : read(components[i], defaults, section);
            arguments[i] = value(components[i].getGenericType(), section, key, fallback);
        }
        judgeUnknownKeys(components, section);
        return problems.any() ? null : construct(type, components, arguments, section);
    }

    private void judgeUnknownKeys(RecordComponent[] components, Section section) {
        if (strict) {
            String known = Arrays.stream(components).map(RecordBinder::keyOf).collect(Collectors.joining(", "));
            for (String key : section.unknownKeys()) {
                section.wrong(key, owner + " has no such key; it knows: " + (known.isEmpty() ? "none" : known));
            }
        } else {
            section.warnOfUnknownKeys();
        }
    }

    private @Nullable Object value(Type type, Section section, String key, @Nullable Object fallback) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic, section, key, fallback);
        }
        if (type instanceof Class<?> raw && raw.isRecord()) {
            return nested(raw.asSubclass(Record.class), section, key, fallback);
        }
        if (section.has(key)) {
            return present(type, section, key);
        }
        if (fallback == null) {
            section.wrong(key, "not set, and " + owner + " cannot do without it");
        }
        return fallback;
    }

    private @Nullable Object generic(ParameterizedType type, Section section, String key, @Nullable Object fallback) {
        Type argument = type.getActualTypeArguments()[0];
        if (type.getRawType() == Optional.class) {
            return section.has(key)
                    ? Optional.ofNullable(value(argument, section, key, null))
                    : fallback == null ? Optional.empty() : fallback;
        }
        if (type.getRawType() == List.class && argument == String.class) {
            return section.texts(key, fallback instanceof List<?> list ? strings(list) : List.of());
        }
        return unsupported(type, section, key);
    }

    private @Nullable Object nested(
            Class<? extends Record> type, Section section, String key, @Nullable Object fallback) {
        if (!section.has(key) && fallback != null) {
            return fallback;
        }
        Section inner = section.section(key);
        return record(type, inner, fallback instanceof Record record ? record : defaultsOf(type, inner));
    }

    private @Nullable Object present(Type type, Section section, String key) {
        if (type == String.class) {
            return section.text(key, "");
        } else if (type == int.class || type == Integer.class) {
            return (int) section.whole(key, 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (type == long.class || type == Long.class) {
            return section.whole(key, 0, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == double.class || type == Double.class) {
            return section.fraction(key, 0);
        } else if (type == boolean.class || type == Boolean.class) {
            return section.truth(key, false);
        } else if (type == Duration.class) {
            return section.duration(key, Duration.ZERO);
        } else if (type == Secret.class) {
            return section.secret(key);
        } else if (type == Path.class) {
            return path(section, key);
        } else if (type instanceof Class<?> raw && raw.isEnum()) {
            return constant(raw, section, key);
        }
        return unsupported(type, section, key);
    }

    private static @Nullable Path path(Section section, String key) {
        try {
            return Path.of(section.text(key, ""));
        } catch (InvalidPathException wrong) {
            section.wrong(key, "not a path: " + wrong.getReason());
            return null;
        }
    }

    private static @Nullable Object constant(Class<?> type, Section section, String key) {
        String text = section.text(key, "");
        String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        String known = Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        section.wrong(key, "must be one of " + known);
        return null;
    }

    private @Nullable Object unsupported(Type type, Section section, String key) {
        section.wrong(key, owner + " asks for the type " + type.getTypeName() + ", which cannot be configured");
        return null;
    }

    private @Nullable Record construct(
            Class<? extends Record> type,
            RecordComponent[] components,
            @Nullable Object[] arguments,
            Section section) {
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            constructor.trySetAccessible();
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException thrown) {
            refused(thrown.getCause(), components, section);
        } catch (ReflectiveOperationException failure) {
            inaccessible(type, section, failure);
        }
        return null;
    }

    /// The record says why it does not want these values. Its message begins with the key, if it keeps to the custom.
    private void refused(@Nullable Throwable cause, RecordComponent[] components, Section section) {
        String message = cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : String.valueOf(cause);
        String key = Arrays.stream(components)
                .map(RecordBinder::keyOf)
                .filter(name -> message.startsWith(name + " ") && section.has(name))
                .findFirst()
                .orElse("");
        Position at = key.isEmpty() ? section.at() : section.at(key);
        problems.validating(at, section.path(), message, owner + ": " + message);
    }

    private @Nullable Record defaultsOf(Class<? extends Record> type, Section section) {
        try {
            var method = type.getMethod("defaults");
            if (!Modifier.isStatic(method.getModifiers()) || method.getReturnType() != type) {
                return null;
            }
            method.trySetAccessible();
            return (Record) method.invoke(null);
        } catch (NoSuchMethodException _) {
            return null;
        } catch (ReflectiveOperationException failure) {
            inaccessible(type, section, failure);
            return null;
        }
    }

    private @Nullable Object read(RecordComponent component, Record record, Section section) {
        try {
            component.getAccessor().trySetAccessible();
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException failure) {
            inaccessible(record.getClass(), section, failure);
            return null;
        }
    }

    private void inaccessible(Class<? extends Record> type, Section section, Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        problems.validating(
                section.at(),
                section.path(),
                "record cannot be made",
                owner + ": its record " + type.getName() + " cannot be made; it must be public, in a package that is"
                        + " exported or open: " + cause);
    }

    private static List<String> strings(List<?> list) {
        return list.stream().map(String::valueOf).toList();
    }

    /// `halfLife` is `half_life` in the file.
    private static String keyOf(RecordComponent component) {
        return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
