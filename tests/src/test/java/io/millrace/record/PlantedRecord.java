package io.millrace.record;

import io.millrace.ingest.PlantedCheck;

/** Planted: a record that knows a stage. */
record PlantedRecord(PlantedCheck check) {}
