package io.quaestor.sandbox.git;

import java.nio.file.Path;

/// What a hook of git asks.
///
/// @param hook  as git calls it, for example `pre-receive`
/// @param state of a reference transaction: `prepared` or `committed`; empty for other hooks
/// @param input a file with exactly what git told the hook of a reference transaction; does not exist for other hooks
public record HookQuestion(String hook, String state, Path input) {}
