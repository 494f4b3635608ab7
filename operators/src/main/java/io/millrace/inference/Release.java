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
    /** A watermark has come, and must not overtake it; of a challenger only. */
    WATERMARK,
    /** The input goes idle for event time, or has ended. */
    END_OF_INPUT
}
