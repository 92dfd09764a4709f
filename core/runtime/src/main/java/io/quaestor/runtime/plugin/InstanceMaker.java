package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Position;
import io.quaestor.runtime.config.Problem;
import io.quaestor.spi.plugin.PluginContext;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// Makes instances: binds the record, calls the constructor.
final class InstanceMaker {

    private final PluginHost host;

    InstanceMaker(PluginHost host) {
        this.host = host;
    }

    /// Makes an instance.
    ///
    /// @throws ConfigurationException if its table is wrong, its constructor has another shape, or does not want
    Instance make(Offer offer, Configuration configuration) throws ConfigurationException {
        var context = new HostContext(
                host, offer, configuration.plugins().dataDirectory(), configuration.cluster());
        try {
            Optional<Record> config = config(offer, configuration);
            Object made = offer.ready().isPresent() ? offer.ready().get() : construct(offer, config, context);
            return new Instance(offer, config, made, context);
        } catch (ConfigurationException refused) {
            context.close();
            throw refused;
        }
    }

    /// The record of a strategy, bound to its table; empty if it has none.
    ///
    /// @throws ConfigurationException if the table is wrong, or the constructor has another shape
    static Optional<Record> config(Offer offer, Configuration configuration) throws ConfigurationException {
        if (offer.ready().isPresent()) {
            return Optional.empty();
        }
        Class<?>[] parameters = constructor(offer).getParameterTypes();
        return parameters.length == 2
                ? Optional.of(bind(offer, configuration, parameters[0].asSubclass(Record.class)))
                : Optional.empty();
    }

    private static Record bind(Offer offer, Configuration configuration, Class<? extends Record> type)
            throws ConfigurationException {
        return configuration.settings().bind(offer.id(), offer.table(), type).record();
    }

    private static Object construct(Offer offer, Optional<Record> config, PluginContext context)
            throws ConfigurationException {
        Constructor<?> constructor = constructor(offer);
        Object[] arguments = switch (constructor.getParameterCount()) {
            case 0 -> new Object[0];
            case 1 -> new Object[] {context};
            default -> new Object[] {config.orElseThrow(), context};
        };
        var made = new AtomicReference<Object>();
        try {
            ContextClassLoader.run(offer.implementation(), () -> made.set(constructor.newInstance(arguments)));
            return made.get();
        } catch (InvocationTargetException thrown) {
            throw refused(offer, "its constructor failed: " + thrown.getCause());
        } catch (Exception | LinkageError failure) {
            throw refused(offer, "it cannot be made: " + failure);
        }
    }

    private static Constructor<?> constructor(Offer offer) throws ConfigurationException {
        Constructor<?>[] constructors;
        try {
            constructors = offer.implementation().getConstructors();
        } catch (LinkageError missing) {
            throw refused(offer, "it cannot be loaded: " + missing);
        }
        if (constructors.length != 1 || !isOfShape(constructors[0].getParameterTypes())) {
            throw refused(
                    offer,
                    offer.implementation().getName() + " must have one public constructor: (Config, PluginContext) with"
                            + " a record Config, (PluginContext), or ()");
        }
        return constructors[0];
    }

    private static boolean isOfShape(Class<?>[] parameters) {
        return switch (parameters.length) {
            case 0 -> true;
            case 1 -> parameters[0] == PluginContext.class;
            case 2 -> parameters[0].isRecord() && parameters[1] == PluginContext.class;
            default -> false;
        };
    }

    private static ConfigurationException refused(Offer offer, String reason) {
        String text = offer + ": " + reason;
        return new ConfigurationException(List.of(new Problem(
                Problem.Stage.VALIDATING, Position.of(offer.origin().file()), List.of(), reason, text)));
    }
}
