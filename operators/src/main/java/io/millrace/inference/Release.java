package io.millrace.inference;

/** Why a micro-batch was scored when it was. */
enum Release {
    /** It was full. */
    SIZE,
    /** Its first row had waited as long as a row may. */
    WAIT,
    /** The input had nothing more to add. */
    IDLE,
    /** A checkpoint is about to be taken, and no row may be in flight. */
    BARRIER,
    /** Another model version answers the next row. */
    VERSION,
    /** The next row is scored alone. */
    SUSPECT,
    /** The next row of one of its entities is for another model. */
    ORDER,
    /** Its model makes room for another. */
    MEMORY,
    /** A watermark has come, must not overtake it, and waits for another batch already. */
    WATERMARK,
    /** The input goes idle for event time, or has ended. */
    END_OF_INPUT
}
