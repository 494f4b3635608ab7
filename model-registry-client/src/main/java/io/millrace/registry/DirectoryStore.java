package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A registry in a folder. Nothing is kept between calls: what others write there is seen at once.
 *
 * <p>Writers take turns, by a lock of the operating system, and a version and the aliases appear by
 * one rename: a reader needs no lock and never sees half of either.
 */
final class DirectoryStore implements RegistryStore {
    private static final String ALIASES = "aliases.json";
    private static final int ALIASES_BYTES_MAX = 1 << 20;

    private final Path root;

    DirectoryStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public List<String> models() {
        requireRoot();
        return foldersIn(root);
    }

    @Override
    public List<String> versions(String model) {
        return foldersIn(modelFolder(model)).stream().sorted(VersionOrder.OLDEST_FIRST).toList();
    }

    @Override
    public Map<String, String> aliases(String model) {
        var folder = modelFolder(model);
        return new FolderFiles(root, folder)
                .read(ALIASES, ALIASES_BYTES_MAX)
                .map(bytes -> readAliases(folder.resolve(ALIASES), bytes))
                .orElseGet(Map::of);
    }

    @Override
    public VersionFiles files(String model, String version) {
        var folder = modelFolder(model).resolve(version);
        if (!Files.isDirectory(folder)) {
            throw new ModelRegistryException(
                    Reason.VERSION_MISSING,
                    "%s has no version '%s' in %s; it must be one of: %s"
                            .formatted(model, version, root, RegistryName.some(versions(model))));
        }
        return new FolderFiles(root, folder);
    }

    @Override
    public String add(String model, Candidate candidate) {
        requireRoot();
        var folder = root.resolve(model);
        try {
            Files.createDirectories(folder);
            try (var turn = WriterLock.take(folder)) {
                return add(folder, candidate);
            }
        } catch (IOException e) {
            throw unwritten(folder, e);
        }
    }

    @Override
    public void put(String model, String version, String file, byte[] bytes) {
        var folder = modelFolder(model).resolve(version);
        try {
            AtomicFile.write(FolderFiles.inside(root, folder), file, bytes);
        } catch (IOException e) {
            throw unwritten(folder, e);
        }
    }

    @Override
    public void move(String model, AliasMove move) {
        var folder = modelFolder(model);
        try (var turn = WriterLock.take(folder)) {
            var aliases = new TreeMap<>(aliases(model));
            move.check(model, aliases.get(move.alias()));
            aliases.put(move.alias(), move.to());
            AtomicFile.write(folder, ALIASES, VersionMetadata.writeAliases(aliases));
        } catch (IOException e) {
            throw unwritten(folder, e);
        }
    }

    private static String add(Path model, Candidate candidate) throws IOException {
        var wanted = candidate.version();
        var version = wanted == null ? VersionOrder.next(foldersIn(model)) : wanted;
        RegistryName.check("version", version);
        var place = model.resolve(version);
        if (Files.exists(place)) {
            throw new ModelRegistryException(
                    Reason.VERSION_TAKEN,
                    "%s is there already; a version must be new: leave version out of its metadata to have it numbered"
                            .formatted(place));
        }
        var staged = AtomicFile.partBeside(place);
        Files.createDirectory(staged);
        try {
            for (var file : candidate.files().entrySet()) {
                copy(candidate, file.getKey(), file.getValue(), staged);
            }
            AtomicFile.forceFolder(staged);
            Files.move(staged, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("another has made it meanwhile, without the lock", e);
        } finally {
            removeStaged(staged, candidate);
        }
        AtomicFile.forceFolder(model);
        return version;
    }

    private static void copy(Candidate candidate, String name, RegistryFile file, Path staged)
            throws IOException {
        try (var to = new PartFile(staged.resolve(name), file.bytes())) {
            new FolderFiles(candidate.folder(), candidate.folder()).copy(name, to);
            var digest = to.finish();
            if (!digest.equals(file.digest())) {
                throw new ModelRegistryException(
                        Reason.DIGEST_DIFFERS,
                        "%s has the digest %s; it must still be %s: it was changed while it was registered"
                                .formatted(
                                        candidate.folder().resolve(name), digest, file.digest()));
            }
        }
    }

    private static void removeStaged(Path staged, Candidate candidate) throws IOException {
        if (Files.exists(staged)) {
            for (var name : candidate.files().keySet()) {
                Files.deleteIfExists(staged.resolve(name));
            }
            Files.delete(staged);
        }
    }

    private static Map<String, String> readAliases(Path file, byte[] bytes) {
        try {
            if (bytes.length > ALIASES_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "it is larger than %d bytes; it must be at most that"
                                .formatted(ALIASES_BYTES_MAX));
            }
            return VersionMetadata.readAliases(bytes);
        } catch (IllegalArgumentException e) {
            throw new ModelRegistryException(
                    Reason.ALIASES_UNREADABLE, "%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private Path modelFolder(String model) {
        requireRoot();
        var folder = root.resolve(model);
        if (!Files.isDirectory(folder)) {
            throw new ModelRegistryException(
                    Reason.MODEL_MISSING,
                    "model '%s' is not in the registry %s; it must be one of: %s"
                            .formatted(model, root, RegistryName.some(foldersIn(root))));
        }
        return folder;
    }

    private void requireRoot() {
        if (!Files.isDirectory(root)) {
            throw new ModelRegistryException(
                    Reason.REGISTRY_MISSING,
                    "the model registry %s is not there; it must be a folder of models"
                            .formatted(root));
        }
    }

    private static List<String> foldersIn(Path folder) {
        try (var names = Files.list(folder)) {
            return names.filter(Files::isDirectory)
                    .map(name -> name.getFileName().toString())
                    .filter(RegistryName::isAllowed)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FolderFiles.unread(folder, e);
        }
    }

    private static ModelRegistryException unwritten(Path folder, IOException why) {
        return new ModelRegistryException(
                Reason.WRITE_FAILED,
                "%s could not be written (%s); it must be writable by this user"
                        .formatted(folder, why),
                why);
    }
}
