package io.millrace.spec;

import java.io.Serializable;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * One declared column.
 *
 * @param type the SQL type; not nullable where the file says {@code NOT NULL}
 */
public record ColumnSpec(String name, LogicalType type) implements Serializable {}
