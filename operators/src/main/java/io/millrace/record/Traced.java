package io.millrace.record;

/** Anything that still knows which input record it came from. */
public interface Traced {

    Origin origin();
}
