package io.millrace.ingest;

/** Planted: a class of one stage that another stage uses. */
public final class PlantedCheck {}
