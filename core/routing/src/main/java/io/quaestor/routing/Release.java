package io.quaestor.routing;

import java.util.Optional;
import java.util.regex.Pattern;

/// A release of Gitaly, as far as votes depend on it: two nodes agree on a change only if they cast the same votes for it.
public record Release(int major, int minor) {

    private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");

    /// @param version as a node says it, for example `19.1.0-pre`
    /// @return empty if it means nothing
    public static Optional<Release> parse(String version) {
        var matcher = VERSION.matcher(version.strip());
        return matcher.matches()
                ? Optional.of(new Release(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /// Whether nodes of both cast the same votes, apart from PREPARING ones (D19 7.3). Of most pairs nobody knows, so only
    /// equal ones do; those that are known to are merged here.
    public boolean votesLike(Release other) {
        return equals(other) || (isOfFamily19() && other.isOfFamily19());
    }

    /// Whether such nodes cast PREPARING votes (D19 7.2).
    public boolean castsPreparing() {
        return major > 19 || (major == 19 && minor >= 1);
    }

    private boolean isOfFamily19() {
        return major == 19 && minor <= 1;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
