package io.millrace.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/**
 * What a challenger would have said of an event that another version answered.
 *
 * @param score the challenger's score, by the route {@link Score.Route#SHADOW}
 * @param answeredVersion the version that answered
 * @param answeredValue its score
 * @param answeredDecision what the policy made of it
 */
public record Shadow(
        Score score, String answeredVersion, double answeredValue, String answeredDecision) {

    /** How shadows leave the inference stage. */
    public static final OutputTag<Shadow> TAG =
            new OutputTag<>("shadows", TypeInformation.of(Shadow.class));
}
