package io.quaestor.simulation.engine;

/// Whose work something is. When an owner dies, what it still wanted to do never happens, wherever it was.
public final class Owner {

    private final String name;
    private boolean dead;

    public Owner(String name) {
        this.name = name;
    }

    public void die() {
        dead = true;
    }

    public boolean isDead() {
        return dead;
    }

    @Override
    public String toString() {
        return name;
    }
}
