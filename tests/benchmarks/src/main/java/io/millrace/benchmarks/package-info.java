/** What scoring costs, each figure beside what a user would otherwise write. */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
