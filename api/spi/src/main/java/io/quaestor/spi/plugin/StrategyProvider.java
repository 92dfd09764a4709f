package io.quaestor.spi.plugin;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.annotation.versioning.Version;

/// Marks a class as a strategy: an implementation of one of the four SPIs that the configuration can name.
///
/// The class is public and has one public constructor: `(Config, PluginContext)`, where `Config` is a public record that
/// names the keys of its table in the configuration, or `(PluginContext)`, or one without parameters. A build with bnd
/// turns the annotation into an OSGi capability, by which the kernel finds the class; nothing else has to be declared.
@API(status = EXPERIMENTAL, since = "0.1")
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Capability(
        namespace = StrategyProvider.CAPABILITY,
        name = "${#id}",
        attribute = {"implementation=${@class}", "praefect=${#praefect}", "table=${#table}"})
@Requirement(
        namespace = StrategyProvider.KERNEL,
        filter = "(&(api>=" + StrategyProvider.API_VERSION + ")(!(api>=2.0.0)))")
public @interface StrategyProvider {

    /// OSGi namespace of the capability that a plug-in's bundle carries.
    String CAPABILITY = "io.quaestor.strategy";

    /// OSGi namespace of the capability that the kernel offers and every plug-in requires.
    String KERNEL = "io.quaestor.kernel";

    /// Version of this API that the kernel offers. A plug-in built for another major version is refused.
    String API_VERSION = "1.0.0";

    /// The name under which the configuration chooses the strategy, for example `leastconn`.
    String id();

    /// The name by which Praefect's configuration knows the same thing; empty if Praefect does not know it.
    String praefect() default "";

    /// The top-level table of the configuration that is bound to the strategy's record; empty for `plugin.<id>`.
    String table() default "";
}
