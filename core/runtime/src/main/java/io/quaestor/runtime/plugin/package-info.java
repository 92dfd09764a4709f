/// Which strategies are there, and which of them serve? Bundles come and go while the proxy runs.
///
/// ```text
///  directory ── PluginDirectory ──▶ PluginJar ── BundleSpace ──▶ bundle ── Extender ──▶ Offer
///                                                                                         │ InstanceMaker
///                                                                                         ▼
///  Strategies ◀── a whole snapshot, or nothing ── Settlement ◀── Settler ◀─────────── Instance
///      │                                                            ▲
///      ▼                                                      configuration
///  whoever routes, elects, repairs
/// ```
///
/// No name of a strategy stands here; the configuration and the defaults of the distribution name them.
@NullMarked
package io.quaestor.runtime.plugin;

import org.jspecify.annotations.NullMarked;
