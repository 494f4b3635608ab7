package io.millrace.registry;

import org.apache.flink.api.common.functions.MapFunction;

/** Planted: a registry that knows Flink. */
abstract class PlantedRegistry implements MapFunction<String, String> {
    private static final long serialVersionUID = 1L;
}
