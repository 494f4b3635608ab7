package io.millrace.registry;

import java.util.List;
import java.util.Map;

/**
 * Where registered files and aliases lie: what is different about a kind of registry. What it
 * brings is checked by {@link CheckedModelRegistry}; what it is asked for has been checked there.
 */
interface RegistryStore {

    /** Where it is, for people: no secret. */
    String location();

    /** Every model that has a legal name, in order. */
    List<String> models();

    /** Every version of the model, oldest first. */
    List<String> versions(String model);

    /** The versions that the model's aliases name, by alias. */
    Map<String, String> aliases(String model);

    VersionFiles files(String model, String version);

    /** Registers the candidate's files, all or none, and returns the version that they became. */
    String add(String model, Candidate candidate);

    /** Puts a file beside those of a version, instead of one that may be there. */
    void put(String model, String version, String file, byte[] bytes);

    /** Moves the alias, if it points where the move says. */
    void move(String model, AliasMove move);
}
