/** Hands a pipeline's alerts on to whoever pages people. */
@NullMarked
package io.millrace.jobs.alerts;

import org.jspecify.annotations.NullMarked;
