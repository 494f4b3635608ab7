package io.millrace.benchmarks;

import java.nio.file.Path;

/**
 * What a scoring job is given to do.
 *
 * @param input the topic that it reads
 * @param output the topic that it writes scores to; also its name
 * @param registry the directory registry of the models
 * @param modelCache where models are copied to
 */
record ScoringWorkload(
        String bootstrapServers, String input, String output, Path registry, Path modelCache) {}
