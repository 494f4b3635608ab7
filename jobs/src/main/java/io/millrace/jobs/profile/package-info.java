/**
 * Reference profiles.
 *
 * <p>In: what a pipeline's topics hold of a range of event time. Out: the rows that were served and
 * what their labels say, for a profile. No state.
 */
@NullMarked
package io.millrace.jobs.profile;

import org.jspecify.annotations.NullMarked;
