package io.quaestor.sandbox.node;

import io.quaestor.messages.Repository;
import io.quaestor.sandbox.smarthttp.GitBackend;
import io.quaestor.sandbox.smarthttp.GitCalls;
import io.quaestor.sandbox.smarthttp.GitService;
import io.quaestor.sandbox.smarthttp.HttpRefusal;
import io.quaestor.sandbox.smarthttp.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Serves one repository of another node to our own `git fetch`, under a name that nobody else knows.
///
/// @param secret the name
record SourceBackend(String secret, GitCalls calls, Repository source) implements GitBackend {

    @Override
    public void advertise(GitService service, RepositoryName name, String protocol, OutputStream out)
            throws IOException, InterruptedException {
        check(name);
        if (service != GitService.UPLOAD_PACK) {
            throw new HttpRefusal(403, "read only");
        }
        calls.advertise(service, source, protocol, out);
    }

    @Override
    public void uploadPack(RepositoryName name, String protocol, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        check(name);
        calls.uploadPack(source, protocol, in, out);
    }

    @Override
    public void receivePack(RepositoryName name, String protocol, InputStream in, OutputStream out)
            throws IOException {
        throw new HttpRefusal(403, "read only");
    }

    private void check(RepositoryName name) throws HttpRefusal {
        if (!name.value().equals(secret)) {
            throw new HttpRefusal(404, "not found");
        }
    }

    @Override
    public String toString() {
        return "source " + source.getStorageName();
    }
}
