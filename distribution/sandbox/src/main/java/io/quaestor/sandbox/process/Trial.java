package io.quaestor.sandbox.process;

/// What a trial needs beyond what a person at the keyboard does.
///
/// @param proxies   how many there are: `proxy`, `proxy-2` and so on, alike but for their address. The gateway asks the
///                  first
/// @param datastore the proxies' strategy; only `embedded`, for one proxy, needs nothing in `tables`
/// @param tables    more tables for the configuration of the proxies
public record Trial(int proxies, String datastore, String tables) {

    /// The datastore that a proxy starts itself.
    static final String EMBEDDED = "embedded";

    /// Nothing of all that.
    public static final Trial NONE = new Trial(1, EMBEDDED, "");

    /// For a person who wants the proxy to behave otherwise.
    public static Trial of(String tables) {
        return new Trial(1, EMBEDDED, tables);
    }

    @Override
    public String toString() {
        return "a trial with " + proxies + " proxies"; // the tables may hold a password
    }
}
