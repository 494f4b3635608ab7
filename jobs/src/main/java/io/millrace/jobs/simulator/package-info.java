/**
 * Makes card transactions with known frauds, and the labels that become known later.
 *
 * <pre>
 * in      SimulatorConfig: a seed, a population, a number of days
 * out     SimulatedTransaction and SimulatedLabel in event-time order; their JSON, their CSV
 * state   one day of transactions, and the labels that are not due yet
 * fails   never: the same config gives the same records, on any machine
 * </pre>
 *
 * <p>The model is that of the transaction simulator in "Reproducible Machine Learning for Credit
 * Card Fraud Detection" (Le Borgne, Siblini, Lebichot, Bontempi, 2022, chapter 3). Needs the JDK
 * only, so that training runs it without a build of anything else.
 */
@NullMarked
package io.millrace.jobs.simulator;

import org.jspecify.annotations.NullMarked;
