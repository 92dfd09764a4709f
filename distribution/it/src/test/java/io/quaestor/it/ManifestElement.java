package io.quaestor.it;

import java.util.ArrayList;
import java.util.regex.Pattern;

/// Takes an `Export-Package` header apart.
final class ManifestElement {

    private static final Pattern CLAUSE = Pattern.compile("([\\w.]+)((?:;[\\w.-]+:?=(?:\"[^\"]*\"|[^\",;]+))*)");
    private static final Pattern VERSION = Pattern.compile(";version=\"?([0-9.]+)\"?");

    private ManifestElement() {}

    /// Each package as `name;version=…`.
    static String[] packages(String header) {
        var packages = new ArrayList<String>();
        for (var clause = CLAUSE.matcher(header); clause.find(); ) {
            var version = VERSION.matcher(clause.group(2));
            packages.add(clause.group(1) + (version.find() ? ";version=" + version.group(1) : ""));
        }
        return packages.toArray(String[]::new);
    }
}
