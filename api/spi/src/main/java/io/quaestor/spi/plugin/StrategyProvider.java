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
///
/// **Configuration.** The table `[plugin.<id>]` is bound to the record, a key in snake case to each component: `halfLife`
/// is `half_life`. Components are `String`, `int`, `long`, `double`, `boolean`, `Duration` (written as in Go, `"1h30m"`),
/// `Path`, [Secret], `List<String>`, an enum (its constants in lower case), another record (a table inside of the table),
/// or an `Optional` of one of these. A key that is missing has the value that the record itself gives it by a public
/// static method without parameters, `defaults()`, that returns an instance of the record:
///
/// ```java
/// public record LatencyConfig(Duration halfLife, Optional<String> zone) {
///
///     public static LatencyConfig defaults() {
///         return new LatencyConfig(Duration.ofSeconds(5), Optional.empty());
///     }
/// }
/// ```
///
/// Without `defaults()` a missing `Optional` or list is empty, a missing record is made of its own defaults, and any
/// other missing key is an error. A key that the record does not know is an error with line and column; in a table that
/// belongs to Praefect (see [#table()]) it is a warning, since Praefect takes it. The record's constructor refuses
/// nonsense by an [IllegalArgumentException], whose message begins with the key: `half_life is negative: -5s`.
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
