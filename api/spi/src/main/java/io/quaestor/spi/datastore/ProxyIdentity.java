package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// Which proxy begins a life.
///
/// @param name the name that it keeps over restarts; two proxies that run at once never share one
/// @param host the machine; a proxy that is back under its name on its host proves that its former life has ended
@API(status = EXPERIMENTAL, since = "0.1")
public record ProxyIdentity(String name, String host) {}
