package io.quaestor.faults.history;

/// One reference of one repository: the smallest thing that is written and read.
///
/// @param repository its relative path in the virtual storage
/// @param reference  its full name
public record Register(String repository, String reference) {

    @Override
    public String toString() {
        return repository + " " + reference;
    }
}
