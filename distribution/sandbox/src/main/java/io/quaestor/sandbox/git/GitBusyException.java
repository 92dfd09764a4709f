package io.quaestor.sandbox.git;

import java.io.IOException;

/// So many git processes run already that another did not get its turn in time. Trying again helps.
public final class GitBusyException extends IOException {

    private static final long serialVersionUID = 1L;

    GitBusyException(int limit) {
        super("more than " + limit + " git processes at a time");
    }
}
