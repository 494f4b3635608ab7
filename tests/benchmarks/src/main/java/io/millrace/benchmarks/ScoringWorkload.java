package io.millrace.benchmarks;

import java.nio.file.Path;

/**
 * What a scoring job is given to do.
 *
 * @param input the topic that it reads
 * @param output the topic that it writes scores to; also its name
 * @param registry the directory registry of the models
 */
record ScoringWorkload(String bootstrapServers, String input, String output, Path registry) {}
