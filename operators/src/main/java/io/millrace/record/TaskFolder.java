package io.millrace.record;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;

/** Where a function of this process may keep files. */
public final class TaskFolder {
    private TaskFolder() {}

    /** The first of the TaskManager's temporary folders. */
    public static String of(RuntimeContext context) {
        return ((StreamingRuntimeContext) context)
                .getTaskManagerRuntimeInfo()
                .getTmpDirectories()[0];
    }
}
