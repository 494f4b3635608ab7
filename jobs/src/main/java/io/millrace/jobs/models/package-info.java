/**
 * Moves a pipeline from one model version to another: tries a version in a process of its own,
 * moves the alias, and announces from which event time on the version answers. Who scores follows
 * the announcements; nothing here touches a job. A guard does the same where the pipeline says so,
 * by what its topics tell.
 */
@NullMarked
package io.millrace.jobs.models;

import org.jspecify.annotations.NullMarked;
