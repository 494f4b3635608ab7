package io.millrace.jobs;

import io.millrace.inference.ModelCheck;
import io.millrace.jobs.terminal.ExitCode;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.RegistryAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@link io.millrace.jobs.models.ModelTrial} starts: opens a version and scores with it. */
@Command(name = "try-model", hidden = true, description = "Opens a version and scores with it.")
final class TryModelCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--registry", required = true)
    private String registry = "";

    @Option(names = "--credentials")
    private @Nullable String credentials;

    @Option(names = "--signed-by")
    private @Nullable String signedBy;

    @Option(names = "--cache", required = true)
    private Path cache = Path.of("");

    @Parameters(index = "0", paramLabel = "MODEL")
    private String model = "";

    @Parameters(index = "1", paramLabel = "VERSION")
    private String version = "";

    @Parameters(index = "2", paramLabel = "DIGEST")
    private String digest = "";

    TryModelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var address = new RegistryAddress(registry, credentials, signedBy);
        var models = ModelRegistry.at(address, cache);
        ModelCheck.tryOut(models, models.pinned(model, version, digest));
        terminal.line("%s/%s serves", model, version);
        return ExitCode.OK;
    }
}
