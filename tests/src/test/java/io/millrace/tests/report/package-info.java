/** The page that {@code ./millrace report} writes, in a real browser. */
package io.millrace.tests.report;
