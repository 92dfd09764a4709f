package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.StrategyKind;
import io.quaestor.spi.plugin.StrategyProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.framework.Constants;

/// Finds the strategies of a jar: by the capabilities that bnd makes of the annotation, and by `META-INF/services`.
final class StrategyClasses {

    private StrategyClasses() {}

    /// A jar, opened in one way or another.
    interface Content {

        /// A header of its manifest.
        Optional<String> header(String name);

        /// An entry.
        Optional<InputStream> entry(String name) throws IOException;

        /// A class.
        Class<?> load(String name) throws ClassNotFoundException;
    }

    /// What a jar offers.
    ///
    /// @param refused gets a line for each class that is declared but cannot be a strategy
    static List<Offer> read(Content content, Origin origin, Consumer<String> refused) {
        var offers = new ArrayList<Offer>();
        for (String name : names(content, origin, refused)) {
            try {
                offer(content.load(name), origin, refused).ifPresent(offers::add);
            } catch (ClassNotFoundException | LinkageError broken) {
                refused.accept(origin + ": class " + name + " cannot be loaded: " + broken);
            }
        }
        return offers;
    }

    private static Optional<Offer> offer(Class<?> type, Origin origin, Consumer<String> refused) {
        var says = type.getAnnotation(StrategyProvider.class);
        var kind = StrategyKind.of(type);
        if (says == null) {
            refused.accept(origin + ": " + type.getName() + " has no @StrategyProvider with the name to choose it by");
        } else if (kind.isEmpty()) {
            refused.accept(origin + ": " + type.getName() + " implements none of the interfaces of strategies");
        } else {
            return Optional.of(Offer.of(kind.get(), says, origin, type));
        }
        return Optional.empty();
    }

    private static Set<String> names(Content content, Origin origin, Consumer<String> refused) {
        var names = new LinkedHashSet<String>();
        for (var clause : Header.parse(content.header(Constants.PROVIDE_CAPABILITY)).clauses()) {
            if (clause.name().equals(StrategyProvider.CAPABILITY)) {
                clause.attribute("implementation").ifPresent(names::add);
            }
        }
        for (StrategyKind kind : StrategyKind.values()) {
            String entry = "META-INF/services/" + kind.contract().getName();
            try (InputStream services = content.entry(entry).orElseGet(InputStream::nullInputStream)) {
                names.addAll(services(new String(services.readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IOException unreadable) {
                refused.accept(origin + ": " + entry + " cannot be read: " + unreadable.getMessage());
            }
        }
        return names;
    }

    private static List<String> services(String text) {
        return text.lines()
                .map(line -> line.replaceAll("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
