package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Positive;

class QualityKeyProperties {

    /** A segment is whatever an event says, slashes too. */
    @Property
    void aKeyIsItsText(
            @ForAll String segment, @ForAll long startMillis, @ForAll @Positive long windowMillis) {
        var key = new QualityKey("fraud", "1", "CHAMPION", segment, startMillis, windowMillis);
        assertThat(QualityKey.of(key.text())).isEqualTo(key);
    }
}
