package io.millrace.benchmarks;

import io.millrace.benchmarks.Arguments.BadArgumentException;
import java.util.Arrays;
import java.util.Locale;

/** Constants by their names as they are typed on the command line: {@code millrace-heap}. */
final class TypedName {

    private TypedName() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The constant of a name.
     *
     * @throws BadArgumentException when there is none
     */
    static <E extends Enum<E>> E find(String name, E[] constants) {
        return Arrays.stream(constants)
                .filter(constant -> of(constant).equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new BadArgumentException(
                                        "there is no job %s; it must be one of %s"
                                                .formatted(
                                                        name,
                                                        Arrays.stream(constants)
                                                                .map(TypedName::of)
                                                                .toList())));
    }
}
