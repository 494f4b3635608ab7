package io.millrace.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * The Flink type of a record with a serializer of its own: one opaque value, no key, no fields.
 *
 * <p>Two of them are equal when their serializers are: a subclass states {@code equals} and {@code
 * hashCode} over what its serializer depends on.
 *
 * @param <T> the record
 */
public abstract class RecordTypeInfo<T> extends TypeInformation<T> {
    private static final long serialVersionUID = 1L;

    private final Class<T> type;

    protected RecordTypeInfo(Class<T> type) {
        this.type = type;
    }

    @Override
    public abstract boolean equals(Object other);

    @Override
    public abstract int hashCode();

    @Override
    public abstract String toString();

    @Override
    public final boolean canEqual(Object other) {
        return getClass().isInstance(other);
    }

    @Override
    public final Class<T> getTypeClass() {
        return type;
    }

    @Override
    public final boolean isBasicType() {
        return false;
    }

    @Override
    public final boolean isTupleType() {
        return false;
    }

    @Override
    public final int getArity() {
        return 1;
    }

    @Override
    public final int getTotalFields() {
        return 1;
    }

    @Override
    public final boolean isKeyType() {
        return false;
    }
}
