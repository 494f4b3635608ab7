/**
 * What the monitor has published, as one page for people.
 *
 * <pre>
 * PublishedReports  reads the topics of drift, quality, alerts and dead letters, the last revision of each
 * ReportContent     chooses and ranks: what the page is given, and what the terminal says
 * ReportPage        the page: a template, the plot library and the content, in one file
 * </pre>
 *
 * <p>Figures are the published ones. The only one made here is by how many times a measure is what
 * the pipeline lets pass, which features are ranked by.
 */
@NullMarked
package io.millrace.jobs.report;

import org.jspecify.annotations.NullMarked;
