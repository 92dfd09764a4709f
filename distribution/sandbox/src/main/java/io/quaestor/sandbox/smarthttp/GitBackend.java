package io.quaestor.sandbox.smarthttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// What stands behind [SmartHttpServer]. Every method blocks, and returns only when the answer is known to be whole.
public interface GitBackend {

    /// Writes the references for a client that wants to use a service.
    ///
    /// @param protocol the client's `Git-Protocol` header; empty if it sent none
    void advertise(GitService service, RepositoryName name, String protocol, OutputStream out)
            throws IOException, InterruptedException;

    void uploadPack(RepositoryName name, String protocol, InputStream in, OutputStream out)
            throws IOException, InterruptedException;

    void receivePack(RepositoryName name, String protocol, InputStream in, OutputStream out)
            throws IOException, InterruptedException;
}
