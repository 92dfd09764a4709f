package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.Datastore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.util.Optional;

/// A datastore that does one thing wrong.
final class BrokenDatastore {

    /// What is done instead of one method.
    interface Wrong {

        /// @param right calls the method itself, with whatever arguments
        Object call(Right right, Object[] arguments) throws Throwable;
    }

    /// The method itself.
    interface Right {

        Object call(Object... arguments) throws Throwable;
    }

    private BrokenDatastore() {}

    /// @param method the name of a method of any of the stores
    static Datastore of(Datastore sound, String method, Wrong wrong) {
        return (Datastore) around(Datastore.class, sound, method, wrong);
    }

    private static Object around(Class<?> type, Object sound, String broken, Wrong wrong) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
            Right right = changed -> {
                try {
                    return method.invoke(sound, changed);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            };
            if (method.getName().equals(broken)) {
                return wrong.call(right, arguments);
            }
            Object answer = right.call(arguments);
            if (type != Datastore.class) {
                return answer;
            }
            if (answer instanceof Optional<?> perhaps) {
                var store = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
                return perhaps.map(sane -> around((Class<?>) store, sane, broken, wrong));
            }
            return method.getReturnType().isInterface()
                    ? around(method.getReturnType(), answer, broken, wrong)
                    : answer;
        });
    }
}
