/// What is counted, and how Prometheus gets it. Names and labels are those that Praefect's dashboards know.
@NullMarked
package io.quaestor.runtime.metrics;

import org.jspecify.annotations.NullMarked;
