package io.millrace.sink;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;

/** The names of the fields that this stage writes: what readers of its topics rely on. */
final class Field {
    static final SerializableString EVENT_ID = new SerializedString("event_id");
    static final SerializableString EVENT_TIME = new SerializedString("event_time");
    static final SerializableString ENTITY = new SerializedString("entity");
    static final SerializableString MODEL_NAME = new SerializedString("model_name");
    static final SerializableString MODEL_VERSION = new SerializedString("model_version");
    static final SerializableString MODEL_DIGEST = new SerializedString("model_digest");
    static final SerializableString ROUTE = new SerializedString("route");
    static final SerializableString BECAUSE = new SerializedString("because");
    static final SerializableString SCORE = new SerializedString("score");
    static final SerializableString OUTPUTS = new SerializedString("outputs");
    static final SerializableString NAME = new SerializedString("name");
    static final SerializableString OUTPUT_NUMBERS = new SerializedString("numbers");
    static final SerializableString OUTPUT_TEXTS = new SerializedString("texts");
    static final SerializableString DECISION = new SerializedString("decision");
    static final SerializableString FEATURES = new SerializedString("features");
    static final SerializableString WARMING = new SerializedString("warming");
    static final SerializableString LATENCY_MILLIS = new SerializedString("latency_millis");

    static final SerializableString ANSWERED_VERSION = new SerializedString("answered_version");
    static final SerializableString ANSWERED_SCORE = new SerializedString("answered_score");
    static final SerializableString ANSWERED_DECISION = new SerializedString("answered_decision");

    static final SerializableString STAGE = new SerializedString("stage");
    static final SerializableString REASON = new SerializedString("reason");
    static final SerializableString DETAIL = new SerializedString("detail");
    static final SerializableString ORIGINAL_TEXT = new SerializedString("original_text");
    static final SerializableString ORIGINAL_BASE64 = new SerializedString("original_base64");
    static final SerializableString ORIGINAL_BYTES = new SerializedString("original_bytes");
    static final SerializableString ORIGINAL_SHA256 = new SerializedString("original_sha256");

    static final SerializableString FIRST_PARTITION = new SerializedString("first_partition");
    static final SerializableString FIRST_OFFSET = new SerializedString("first_offset");

    static final SerializableString SOURCE_TOPIC = new SerializedString("source_topic");
    static final SerializableString SOURCE_PARTITION = new SerializedString("source_partition");
    static final SerializableString SOURCE_OFFSET = new SerializedString("source_offset");
    static final SerializableString SOURCE_TIME = new SerializedString("source_time");

    static final SerializableString SEGMENT = new SerializedString("segment");
    static final SerializableString WINDOW_START = new SerializedString("window_start");
    static final SerializableString WINDOW_END = new SerializedString("window_end");
    static final SerializableString REVISION = new SerializedString("revision");
    static final SerializableString ROWS = new SerializedString("rows");
    static final SerializableString REFERENCE_VERSION = new SerializedString("reference_version");
    static final SerializableString REFERENCE_SEGMENT = new SerializedString("reference_segment");
    static final SerializableString CONFIRMS = new SerializedString("confirms");
    static final SerializableString REFERENCE_FROM = new SerializedString("reference_from");
    static final SerializableString REFERENCE_TO = new SerializedString("reference_to");
    static final SerializableString STATUS = new SerializedString("status");
    static final SerializableString PART = new SerializedString("part");
    static final SerializableString PARTS = new SerializedString("parts");
    static final SerializableString ROLE = new SerializedString("role");
    static final SerializableString KIND = new SerializedString("kind");
    static final SerializableString CURRENT = new SerializedString("current");
    static final SerializableString MISSING = new SerializedString("missing");
    static final SerializableString MEAN = new SerializedString("mean");
    static final SerializableString STD = new SerializedString("std");
    static final SerializableString MIN = new SerializedString("min");
    static final SerializableString MAX = new SerializedString("max");
    static final SerializableString BELOW_REFERENCE = new SerializedString("below_reference");
    static final SerializableString ABOVE_REFERENCE = new SerializedString("above_reference");
    static final SerializableString FROM_REFERENCE = new SerializedString("from_reference");
    static final SerializableString FROM_PREVIOUS = new SerializedString("from_previous");
    static final SerializableString PSI = new SerializedString("psi");
    static final SerializableString PSI_P = new SerializedString("psi_p");
    static final SerializableString PSI_WITH_MISSING = new SerializedString("psi_with_missing");
    static final SerializableString PSI_WITH_TAILS = new SerializedString("psi_with_tails");
    static final SerializableString JENSEN_SHANNON = new SerializedString("jensen_shannon");
    static final SerializableString KS = new SerializedString("ks");
    static final SerializableString KS_P = new SerializedString("ks_p");
    static final SerializableString WASSERSTEIN = new SerializedString("wasserstein");
    static final SerializableString WASSERSTEIN_NORMED = new SerializedString("wasserstein_normed");
    static final SerializableString CHI_SQUARED = new SerializedString("chi_squared");
    static final SerializableString CHI_SQUARED_P = new SerializedString("chi_squared_p");
    static final SerializableString TOTAL_VARIATION = new SerializedString("total_variation");
    static final SerializableString LARGEST_DIFFERENCE = new SerializedString("largest_difference");
    static final SerializableString HELLINGER = new SerializedString("hellinger");
    static final SerializableString CRAMERS_V = new SerializedString("cramers_v");
    static final SerializableString NEW_CATEGORY_RATIO = new SerializedString("new_category_ratio");
    static final SerializableString NEW_CATEGORY_EXCESS =
            new SerializedString("new_category_excess");
    static final SerializableString MISSING_CHANGE = new SerializedString("missing_change");
    static final SerializableString P = new SerializedString("p");
    static final SerializableString Q = new SerializedString("q");
    static final SerializableString CAUSES = new SerializedString("causes");
    static final SerializableString BINS = new SerializedString("bins");
    static final SerializableString LABEL = new SerializedString("label");
    static final SerializableString COUNT = new SerializedString("count");
    static final SerializableString REFERENCE_SHARE = new SerializedString("reference_share");
    static final SerializableString CONTRIBUTION = new SerializedString("contribution");
    static final SerializableString CONTRIBUTORS = new SerializedString("contributors");
    static final SerializableString SHARE = new SerializedString("share");

    static final SerializableString INCIDENT = new SerializedString("incident");
    static final SerializableString STATE = new SerializedString("state");
    static final SerializableString SEVERITY = new SerializedString("severity");
    static final SerializableString SOURCE = new SerializedString("source");
    static final SerializableString SINCE = new SerializedString("since");
    static final SerializableString EVENT_IDS = new SerializedString("event_ids");
    static final SerializableString SUMMARY = new SerializedString("summary");
    static final SerializableString REQUESTED = new SerializedString("requested");
    static final SerializableString PIPELINE = new SerializedString("pipeline");
    static final SerializableString TRAIN = new SerializedString("train");
    static final SerializableString HOLD_OUT = new SerializedString("hold_out");
    static final SerializableString FROM = new SerializedString("from");
    static final SerializableString TO = new SerializedString("to");
    static final SerializableString LABELS_UNTIL = new SerializedString("labels_until");
    static final SerializableString CULPRITS = new SerializedString("culprits");
    static final SerializableString CAUSE = new SerializedString("cause");
    static final SerializableString MEASURE = new SerializedString("measure");
    static final SerializableString VALUE = new SerializedString("value");
    static final SerializableString LIMIT = new SerializedString("limit");
    static final SerializableString WINDOWS = new SerializedString("windows");

    static final SerializableString IS_FINAL = new SerializedString("is_final");
    static final SerializableString DECIDED = new SerializedString("decided");
    static final SerializableString LABELS = new SerializedString("labels");
    static final SerializableString LABELLED = new SerializedString("labelled");
    static final SerializableString COVERAGE = new SerializedString("coverage");
    static final SerializableString POSITIVES = new SerializedString("positives");
    static final SerializableString BEFORE = new SerializedString("before");
    static final SerializableString LATE = new SerializedString("late");
    static final SerializableString SUPERSEDED = new SerializedString("superseded");
    static final SerializableString DELAY_MEDIAN_MILLIS =
            new SerializedString("delay_median_millis");
    static final SerializableString DELAY_90_MILLIS = new SerializedString("delay_90_millis");
    static final SerializableString DELAY_99_MILLIS = new SerializedString("delay_99_millis");
    static final SerializableString CONFUSION = new SerializedString("confusion");
    static final SerializableString TRUE_POSITIVES = new SerializedString("true_positives");
    static final SerializableString FALSE_POSITIVES = new SerializedString("false_positives");
    static final SerializableString TRUE_NEGATIVES = new SerializedString("true_negatives");
    static final SerializableString FALSE_NEGATIVES = new SerializedString("false_negatives");
    static final SerializableString REALISED = new SerializedString("realised");
    static final SerializableString ESTIMATED = new SerializedString("estimated");
    static final SerializableString GAP = new SerializedString("gap");
    static final SerializableString ACCURACY = new SerializedString("accuracy");
    static final SerializableString PRECISION = new SerializedString("precision");
    static final SerializableString RECALL = new SerializedString("recall");
    static final SerializableString F1 = new SerializedString("f1");
    static final SerializableString AUC = new SerializedString("auc");
    static final SerializableString RANKING = new SerializedString("ranking");
    static final SerializableString AUC_ERROR = new SerializedString("auc_error");
    static final SerializableString AVERAGE_PRECISION = new SerializedString("average_precision");
    static final SerializableString AVERAGE_PRECISION_ERROR =
            new SerializedString("average_precision_error");
    static final SerializableString TOP = new SerializedString("top");
    static final SerializableString PRECISION_AT_TOP = new SerializedString("precision_at_top");
    static final SerializableString PRECISION_AT_TOP_ERROR =
            new SerializedString("precision_at_top_error");
    static final SerializableString CALIBRATION = new SerializedString("calibration");
    static final SerializableString LOG_LOSS = new SerializedString("log_loss");
    static final SerializableString BRIER = new SerializedString("brier");
    static final SerializableString EXPECTED_ERROR = new SerializedString("expected_error");
    static final SerializableString TENTHS = new SerializedString("tenths");
    static final SerializableString LOW = new SerializedString("low");
    static final SerializableString MEAN_SCORE = new SerializedString("mean_score");
    static final SerializableString POSITIVE_SHARE = new SerializedString("positive_share");
    static final SerializableString COST = new SerializedString("cost");
    static final SerializableString FAIRNESS = new SerializedString("fairness");
    static final SerializableString SEGMENTS = new SerializedString("segments");
    static final SerializableString DEMOGRAPHIC_PARITY_DIFFERENCE =
            new SerializedString("demographic_parity_difference");
    static final SerializableString DISPARATE_IMPACT_RATIO =
            new SerializedString("disparate_impact_ratio");
    static final SerializableString EQUAL_OPPORTUNITY_DIFFERENCE =
            new SerializedString("equal_opportunity_difference");
    static final SerializableString EQUALISED_ODDS_DIFFERENCE =
            new SerializedString("equalised_odds_difference");

    static final SerializableString PAIRED = new SerializedString("paired");
    static final SerializableString OTHER_DECISIONS = new SerializedString("other_decisions");
    static final SerializableString ANSWERED_FALSE_POSITIVES =
            new SerializedString("answered_false_positives");
    static final SerializableString ANSWERED_FALSE_NEGATIVES =
            new SerializedString("answered_false_negatives");
    static final SerializableString FEWER_FALSE_POSITIVES =
            new SerializedString("fewer_false_positives");
    static final SerializableString MORE_FALSE_POSITIVES =
            new SerializedString("more_false_positives");
    static final SerializableString FEWER_FALSE_NEGATIVES =
            new SerializedString("fewer_false_negatives");
    static final SerializableString MORE_FALSE_NEGATIVES =
            new SerializedString("more_false_negatives");
    static final SerializableString SQUARED_ERROR = new SerializedString("squared_error");
    static final SerializableString ANSWERED = new SerializedString("answered");
    static final SerializableString LESS = new SerializedString("less");
    static final SerializableString LESS_SQUARES = new SerializedString("less_squares");

    private Field() {}
}
