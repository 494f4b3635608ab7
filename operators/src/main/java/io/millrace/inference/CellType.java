package io.millrace.inference;

import ai.onnxruntime.OnnxJavaType;
import io.millrace.registry.ElementType;
import java.nio.ByteBuffer;

/** How one number lies in a tensor's memory. */
enum CellType {
    FLOAT32(OnnxJavaType.FLOAT, Float.BYTES) {
        @Override
        boolean takes(double value) {
            return true;
        }

        @Override
        void put(ByteBuffer cells, int cell, double value) {
            cells.putFloat(cell * Float.BYTES, (float) value);
        }

        @Override
        double get(ByteBuffer cells, int cell) {
            return cells.getFloat(cell * Float.BYTES);
        }
    },

    FLOAT64(OnnxJavaType.DOUBLE, Double.BYTES) {
        @Override
        boolean takes(double value) {
            return true;
        }

        @Override
        void put(ByteBuffer cells, int cell, double value) {
            cells.putDouble(cell * Double.BYTES, value);
        }

        @Override
        double get(ByteBuffer cells, int cell) {
            return cells.getDouble(cell * Double.BYTES);
        }
    },

    INT32(OnnxJavaType.INT32, Integer.BYTES) {
        @Override
        boolean takes(double value) {
            return value == (int) value;
        }

        @Override
        void put(ByteBuffer cells, int cell, double value) {
            cells.putInt(cell * Integer.BYTES, (int) value);
        }

        @Override
        double get(ByteBuffer cells, int cell) {
            return cells.getInt(cell * Integer.BYTES);
        }
    },

    INT64(OnnxJavaType.INT64, Long.BYTES) {
        @Override
        boolean takes(double value) {
            return value == (long) value && Math.abs(value) <= WHOLE_DOUBLES;
        }

        @Override
        void put(ByteBuffer cells, int cell, double value) {
            cells.putLong(cell * Long.BYTES, (long) value);
        }

        @Override
        double get(ByteBuffer cells, int cell) {
            return cells.getLong(cell * Long.BYTES);
        }
    },

    BOOL(OnnxJavaType.BOOL, Byte.BYTES) {
        @Override
        boolean takes(double value) {
            return value == 0 || value == 1;
        }

        @Override
        void put(ByteBuffer cells, int cell, double value) {
            cells.put(cell, (byte) value);
        }

        @Override
        double get(ByteBuffer cells, int cell) {
            return cells.get(cell);
        }
    };

    /** Every whole number up to here is a double. */
    private static final double WHOLE_DOUBLES = 1L << 53;

    private final OnnxJavaType onnx;
    private final int bytes;

    CellType(OnnxJavaType onnx, int bytes) {
        this.onnx = onnx;
        this.bytes = bytes;
    }

    static CellType of(ElementType type) {
        return switch (type) {
            case FLOAT32 -> FLOAT32;
            case FLOAT64 -> FLOAT64;
            case INT32 -> INT32;
            case INT64 -> INT64;
            case BOOL -> BOOL;
            case STRING ->
                    throw new IllegalArgumentException("a text is no cell of a tensor's memory");
        };
    }

    OnnxJavaType onnx() {
        return onnx;
    }

    int bytes() {
        return bytes;
    }

    /**
     * Whether a feature's value has a counterpart of this type; rounding a double to a float is.
     */
    abstract boolean takes(double value);

    abstract void put(ByteBuffer cells, int cell, double value);

    abstract double get(ByteBuffer cells, int cell);
}
