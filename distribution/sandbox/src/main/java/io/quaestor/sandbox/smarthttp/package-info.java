/// Git's smart HTTP in front of Gitaly's protocol, as GitLab's Workhorse does it.
@NullMarked
package io.quaestor.sandbox.smarthttp;

import org.jspecify.annotations.NullMarked;
