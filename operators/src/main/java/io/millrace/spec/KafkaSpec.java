package io.millrace.spec;

import java.util.Map;

/**
 * The Kafka cluster.
 *
 * @param bootstrapServers {@code host:port[,host:port]}
 * @param properties client properties for every consumer, producer and admin client (security,
 *     mostly)
 */
public record KafkaSpec(String bootstrapServers, Map<String, String> properties) {}
