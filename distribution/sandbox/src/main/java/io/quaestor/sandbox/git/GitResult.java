package io.quaestor.sandbox.git;

/// How a short command ended.
///
/// @param stdout one character per byte (ISO 8859-1), since names of references and files are bytes to Git
/// @param stderr the last of what it wrote to its error output
public record GitResult(int exitCode, String stdout, String stderr) {

    public boolean succeeded() {
        return exitCode == 0;
    }
}
