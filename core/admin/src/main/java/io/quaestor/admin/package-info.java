/// What does the operator ask and order?
@NullMarked
package io.quaestor.admin;

import org.jspecify.annotations.NullMarked;
