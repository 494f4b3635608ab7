@NullMarked
package io.millrace.jobs.simulator;

import org.jspecify.annotations.NullMarked;
