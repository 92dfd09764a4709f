package io.quaestor.sandbox.node;

import io.quaestor.sandbox.rpc.BearerToken;
import java.nio.file.Path;

/// @param storage   name of the node's one storage
/// @param directory where its repositories lie; made if it is not there
/// @param port      on the loopback address; 0 for any free one
/// @param token     what callers must prove to know
/// @param votes     how it votes
public record NodeConfig(String storage, Path directory, int port, BearerToken token, VoteRules votes) {}
