package io.millrace.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.record.QualityReport;
import io.millrace.record.QualityReport.Calibration;
import io.millrace.record.QualityReport.Confusion;
import io.millrace.record.QualityReport.Fairness;
import io.millrace.record.QualityReport.Labels;
import io.millrace.record.QualityReport.Measures;
import io.millrace.record.QualityReport.Paired;
import io.millrace.record.QualityReport.PairedLoss;
import io.millrace.record.QualityReport.Ranking;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Quality reports out of their topic. */
final class QualityReportJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private QualityReportJson() {}

    /** Null where the bytes are no report. */
    static @Nullable QualityReport decode(byte[] bytes) {
        try {
            JsonNode json = JSON.readTree(bytes);
            JsonNode paired = json.path("paired");
            return new QualityReport(
                    millis(json.path("window_start")),
                    millis(json.path("window_end")),
                    json.path("revision").asInt(),
                    json.path("is_final").asBoolean(),
                    json.path("model_name").asText(),
                    json.path("model_version").asText(),
                    json.path("route").asText(),
                    json.path("segment").asText(),
                    json.path("rows").asLong(),
                    json.path("decided").asLong(),
                    labels(json.path("labels")),
                    confusion(json.path("confusion")),
                    measures(json.path("realised")),
                    measures(json.path("estimated")),
                    measures(json.path("gap")),
                    ranking(json.path("ranking")),
                    calibration(json.path("calibration")),
                    number(json.path("cost")),
                    paired.isObject() ? paired(paired) : Paired.NONE,
                    fairness(json.path("fairness")));
        } catch (IOException | DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static Labels labels(JsonNode json) {
        return new Labels(
                json.path("labelled").asLong(),
                number(json.path("coverage")),
                json.path("positives").asLong(),
                json.path("before").asLong(),
                json.path("late").asLong(),
                json.path("superseded").asLong(),
                number(json.path("delay_median_millis")),
                number(json.path("delay_90_millis")),
                number(json.path("delay_99_millis")));
    }

    private static Confusion confusion(JsonNode json) {
        return new Confusion(
                json.path("true_positives").asLong(),
                json.path("false_positives").asLong(),
                json.path("true_negatives").asLong(),
                json.path("false_negatives").asLong());
    }

    private static Measures measures(JsonNode json) {
        return new Measures(
                number(json.path("accuracy")),
                number(json.path("precision")),
                number(json.path("recall")),
                number(json.path("f1")),
                number(json.path("auc")));
    }

    private static Ranking ranking(JsonNode json) {
        return new Ranking(
                number(json.path("auc_error")),
                number(json.path("average_precision")),
                number(json.path("average_precision_error")),
                json.path("top").asLong(),
                number(json.path("precision_at_top")),
                number(json.path("precision_at_top_error")));
    }

    private static Calibration calibration(JsonNode json) {
        List<Calibration.Tenth> tenths = new ArrayList<>();
        for (JsonNode tenth : json.path("tenths")) {
            tenths.add(
                    new Calibration.Tenth(
                            number(tenth.path("low")),
                            tenth.path("labelled").asLong(),
                            number(tenth.path("mean_score")),
                            number(tenth.path("positive_share"))));
        }
        return new Calibration(
                number(json.path("log_loss")),
                number(json.path("brier")),
                number(json.path("expected_error")),
                tenths);
    }

    private static Paired paired(JsonNode json) {
        return new Paired(
                json.path("rows").asLong(),
                json.path("other_decisions").asLong(),
                json.path("labelled").asLong(),
                json.path("answered_false_positives").asLong(),
                json.path("answered_false_negatives").asLong(),
                json.path("fewer_false_positives").asLong(),
                json.path("more_false_positives").asLong(),
                json.path("fewer_false_negatives").asLong(),
                json.path("more_false_negatives").asLong(),
                loss(json.path("log_loss")),
                loss(json.path("squared_error")));
    }

    private static PairedLoss loss(JsonNode json) {
        return new PairedLoss(
                number(json.path("answered")),
                number(json.path("less")),
                number(json.path("less_squares")));
    }

    private static Fairness fairness(JsonNode json) {
        return new Fairness(
                json.path("segments").asInt(),
                number(json.path("demographic_parity_difference")),
                number(json.path("disparate_impact_ratio")),
                number(json.path("equal_opportunity_difference")),
                number(json.path("equalised_odds_difference")));
    }

    private static double number(JsonNode json) {
        return json.asDouble(Double.NaN);
    }

    private static long millis(JsonNode json) {
        return Instant.parse(json.asText()).toEpochMilli();
    }
}
