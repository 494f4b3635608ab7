/**
 * Says which model version an alias points at, and brings its checked bytes.
 *
 * <pre>
 * in      a registry that others write: every name, file and number in it is untrusted
 * out     ModelVersion, and local files whose digest was checked
 * state   a content-addressed cache that any number of processes share
 * fails   with ModelRegistryException: a stable reason, and one sentence with the fix
 * never   on the record path; knows no Flink
 * </pre>
 */
@NullMarked
package io.millrace.registry;

import org.jspecify.annotations.NullMarked;
