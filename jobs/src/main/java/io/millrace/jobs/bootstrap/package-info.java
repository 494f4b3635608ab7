/** Gives new features the state that they would have had: a savepoint made from another one. */
@NullMarked
package io.millrace.jobs.bootstrap;

import org.jspecify.annotations.NullMarked;
