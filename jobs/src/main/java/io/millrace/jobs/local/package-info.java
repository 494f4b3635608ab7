/**
 * The embedded local mode: what the demo and the tests run on, in this process and nowhere else.
 */
@NullMarked
package io.millrace.jobs.local;

import org.jspecify.annotations.NullMarked;
