package io.millrace.jobs;

/** Planted: a name that says nothing, in a package that no stage may know. */
public final class PlantedManager {}
