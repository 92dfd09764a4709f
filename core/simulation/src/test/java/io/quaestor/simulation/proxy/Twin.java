package io.quaestor.simulation.proxy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/// Makes something that looks like an interface and does something else.
final class Twin {

    private Twin() {}

    /// What it does.
    @FunctionalInterface
    interface Behaviour {
        Object on(Method method, Object[] arguments) throws Throwable;
    }

    static <T> T of(Class<T> type, Behaviour behaviour) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    try {
                        return behaviour.on(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
