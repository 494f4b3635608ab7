/** How a command speaks to people: what it writes, how it fails, how it is interrupted. */
@NullMarked
package io.millrace.jobs.terminal;

import org.jspecify.annotations.NullMarked;
