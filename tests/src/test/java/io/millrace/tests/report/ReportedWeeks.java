package io.millrace.tests.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.record.Alert;
import io.millrace.record.DeadLetter;
import io.millrace.record.Distances;
import io.millrace.record.DriftReport;
import io.millrace.record.Duplicate;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Bin;
import io.millrace.record.FeatureDrift.Cause;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Findings;
import io.millrace.record.Origin;
import io.millrace.record.QualityFindings;
import io.millrace.record.QualityReport;
import io.millrace.record.Reference;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import io.millrace.sink.SinkConfig;
import io.millrace.sink.SinkStage;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * Eight weeks of what a monitor says, written by the sink stage. The amount drifts from the fifth
 * week on, the channel in the last two, and the names of some categories, of a segment and of a
 * refusal are such as a page must not believe.
 */
public final class ReportedWeeks {
    public static final int WEEKS = 8;

    /** Would end the island of content, run, and be seen to have. */
    public static final String HOSTILE =
            "</script><script>document.title='taken'</script><img src=x"
                    + " onerror=\"document.title='taken'\">";

    /** The amount's distance in the last revision of the last week; the one before said 0.77. */
    public static final double LAST_KS = 0.3125;

    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long WEEK = 7 * DAY;
    private static final double NONE = Double.NaN;
    private static final List<String> EVENTS = List.of("tx-2", HOSTILE);
    private static final List<FeatureDrift.Contributor> MADE_OF =
            List.of(
                    new FeatureDrift.Contributor("TX_AMOUNT", 0.625, 0.125),
                    new FeatureDrift.Contributor(HOSTILE, 0.375, NONE));
    private static final List<String> EDGES =
            List.of("10.02", "17.25", "25.43", "34.6", "44.67", "56.15", "69.5", "86.38", "110.96");

    private ReportedWeeks() {}

    /** Writes them to a pipeline's topics, which exist. */
    public static void publish(PipelineSpec spec) throws Exception {
        var settings = new Configuration();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        var env = StreamExecutionEnvironment.createLocalEnvironment(1, settings);
        env.enableCheckpointing(1_000);
        new SinkStage(SinkConfig.from(spec))
                .attach(
                        none(env, "scores", Score.class),
                        env.fromData(deadLetters(), TypeInformation.of(DeadLetter.class))
                                .uid("dead-letters"),
                        none(env, "duplicates", Duplicate.class),
                        none(env, "shadows", Shadow.class),
                        new Findings(
                                env.fromData(drift(), TypeInformation.of(DriftReport.class))
                                        .uid("drift"),
                                env.fromData(alerts(), TypeInformation.of(Alert.class))
                                        .uid("alerts")),
                        new QualityFindings(
                                env.fromData(quality(), TypeInformation.of(QualityReport.class))
                                        .uid("quality"),
                                null));
        env.execute();
    }

    private static <T> DataStream<T> none(
            StreamExecutionEnvironment env, String uid, Class<T> type) {
        return env.fromData(0)
                .uid(uid + "-of-none")
                .flatMap((Integer one, Collector<T> out) -> {})
                .returns(type)
                .uid(uid);
    }

    /** The last week comes twice, its revision in two parts and before what it revises. */
    private static List<DriftReport> drift() {
        var reports = new ArrayList<DriftReport>();
        for (int week = 0; week < WEEKS - 1; week++) {
            reports.add(drift(week, 0, "", features(week, ks(week))));
        }
        List<FeatureDrift> last = features(WEEKS - 1, LAST_KS);
        DriftReport revised = drift(WEEKS - 1, 1, "", last);
        reports.add(revised.part(0, 2, 0, 2));
        reports.add(revised.part(1, 2, 2, last.size()));
        reports.add(drift(WEEKS - 1, 0, "", features(WEEKS - 1, 0.77)));
        reports.add(drift(WEEKS - 1, 0, "<b>north</b>", features(WEEKS - 1, 0.25)));
        return reports;
    }

    private static double ks(int week) {
        return week < 4 ? 0.01 + 0.003 * week : 0.12 + 0.05 * (week - 4);
    }

    private static DriftReport drift(
            int week, int revision, String segment, List<FeatureDrift> features) {
        return new DriftReport(
                start(week),
                start(week) + WEEK,
                revision,
                "card-fraud",
                "1",
                segment,
                12_000 + 130L * week,
                new Reference("sha256:9f86d081884c7d65", segment),
                DriftReport.Status.COMPARED,
                "",
                0,
                1,
                features,
                EVENTS);
    }

    private static List<FeatureDrift> features(int week, double amount) {
        double channel = week < 6 ? 0.01 : 0.14;
        return List.of(
                number("CUSTOMER_ID_NB_TX_7DAY_WINDOW", Role.FEATURE, 0.02, 0.4),
                number("TX_AMOUNT", Role.FEATURE, amount, amount),
                categories("CHANNEL", channel, week < 6 ? 0 : 0.04),
                number("TERMINAL_ID_RISK_30DAY_WINDOW", Role.FEATURE, 0.03, 0.2),
                number("score", Role.SCORE, 0.04, 0.03),
                together(),
                new FeatureDrift(
                        "NEVER_THERE",
                        Role.FEATURE,
                        Kind.NUMERIC,
                        FeatureDrift.Status.INSUFFICIENT_DATA,
                        new FeatureDrift.Summary(12_000, 12_000, NONE, NONE, NONE, NONE, 0, 0),
                        Distances.NONE,
                        Distances.NONE,
                        NONE,
                        NONE,
                        List.of(),
                        List.of()));
    }

    private static FeatureDrift number(String name, Role role, double ks, double skew) {
        boolean drifted = ks > 0.06;
        var bins = new ArrayList<Bin>();
        for (int i = 0; i < 10; i++) {
            bins.add(
                    new Bin(
                            i < EDGES.size() ? EDGES.get(i) : "inf",
                            Math.round(1_200 * (1 + skew * (i - 4.5) / 3)),
                            0.1,
                            skew * Math.abs(i - 4.5) / 50));
        }
        return new FeatureDrift(
                name,
                role,
                Kind.NUMERIC,
                FeatureDrift.Status.COMPARED,
                new FeatureDrift.Summary(12_000, 48, 53.1, 41.7, 0.02, 901.5, 3, 12),
                new Distances(
                        ks * 0.8,
                        drifted ? 1e-9 : 0.4,
                        ks * 0.8,
                        ks * 0.8,
                        ks / 2,
                        ks,
                        drifted ? 1e-12 : 0.5,
                        ks * 20,
                        ks * 1.5,
                        NONE,
                        NONE,
                        ks,
                        ks / 3,
                        ks / 2,
                        NONE,
                        NONE,
                        NONE,
                        0.004),
                Distances.NONE,
                drifted ? 1e-12 : 0.5,
                drifted ? 5e-12 : 0.71,
                drifted ? List.of(Cause.DISTRIBUTION) : List.of(),
                bins);
    }

    /** What features are together, within its limit. */
    private static FeatureDrift together() {
        FeatureDrift errors = number("reconstruction", Role.RECONSTRUCTION, 0.05, 0.05);
        return new FeatureDrift(
                errors.name(),
                errors.role(),
                errors.kind(),
                errors.status(),
                errors.current(),
                errors.fromReference(),
                errors.fromPrevious(),
                errors.p(),
                errors.q(),
                errors.causes(),
                errors.bins(),
                MADE_OF);
    }

    private static FeatureDrift categories(String name, double variation, double unknown) {
        boolean drifted = variation > 0.05;
        var bins = new ArrayList<Bin>();
        bins.add(new Bin("pos", Math.round(12_000 * (0.6 - variation)), 0.6, 0.02));
        bins.add(new Bin("web", Math.round(12_000 * (0.4 + variation - unknown)), 0.4, 0.01));
        bins.add(new Bin("", 0, 0, 0));
        if (unknown > 0) {
            bins.add(new Bin(HOSTILE, Math.round(12_000 * unknown), 0, 0));
        }
        return new FeatureDrift(
                name,
                Role.FEATURE,
                Kind.CATEGORICAL,
                FeatureDrift.Status.COMPARED,
                new FeatureDrift.Summary(12_000, 0, NONE, NONE, NONE, NONE, 0, 0),
                new Distances(
                        variation, 0.01, variation, NONE, variation, NONE, NONE, NONE, NONE, 40,
                        1e-7, variation, variation, variation, 0.1, unknown, unknown, 0),
                Distances.NONE,
                1e-7,
                drifted ? 5e-7 : 0.3,
                drifted ? List.of(Cause.DISTRIBUTION, Cause.NEW_CATEGORIES) : List.of(),
                bins);
    }

    private static List<Alert> alerts() {
        var amount =
                new Alert.Culprit(
                        "TX_AMOUNT",
                        "DISTRIBUTION",
                        "ks",
                        0.17,
                        0.06,
                        1e-12,
                        5e-12,
                        2,
                        number("TX_AMOUNT", Role.FEATURE, 0.17, 0.17).bins().subList(7, 10));
        var channel =
                new Alert.Culprit(
                        "CHANNEL",
                        "NEW_CATEGORIES",
                        "new_category_excess",
                        0.04,
                        0.01,
                        1e-7,
                        5e-7,
                        2,
                        List.of(new Bin(HOSTILE, 480, 0, 0)));
        var together =
                new Alert.Culprit(
                        "reconstruction",
                        "DISTRIBUTION",
                        "ks",
                        0.09,
                        0.06,
                        1e-7,
                        5e-7,
                        2,
                        List.of(),
                        MADE_OF);
        Alert early =
                alert("drift/card-fraud/1//6", 3, Alert.State.RAISED, "was too early", amount);
        return List.of(
                early,
                early.withdrawn(),
                alert(
                        "drift/card-fraud/1//4",
                        2,
                        Alert.State.RAISED,
                        "The score has drifted",
                        amount),
                alert("drift/card-fraud/1//4", 3, Alert.State.RESOLVED, "The score is back"),
                alert(
                        "drift/card-fraud/1//9",
                        5,
                        Alert.State.RAISED,
                        "TX_AMOUNT has drifted",
                        amount),
                alert(
                        "drift/card-fraud/1//9",
                        7,
                        Alert.State.ESCALATED,
                        "TX_AMOUNT and CHANNEL have drifted " + HOSTILE,
                        amount,
                        channel,
                        together));
    }

    private static Alert alert(
            String incident,
            int week,
            Alert.State state,
            String summary,
            Alert.Culprit... culprits) {
        return new Alert(
                incident,
                state,
                state == Alert.State.ESCALATED ? Alert.Severity.CRITICAL : Alert.Severity.WARNING,
                Alert.Source.DRIFT,
                start(week),
                start(week) + WEEK,
                start(week) + WEEK,
                "card-fraud",
                "1",
                "",
                12_500,
                new Reference("sha256:9f86d081884c7d65", ""),
                summary,
                List.of(culprits),
                0,
                EVENTS,
                "");
    }

    /** Days and weeks of a champion and a shadow, and the last week of two segments. */
    private static List<QualityReport> quality() {
        var reports = new ArrayList<QualityReport>();
        IntStream.range(0, 7 * WEEKS)
                .forEach(
                        day -> {
                            reports.add(
                                    quality(
                                            START.toEpochMilli() + day * DAY,
                                            DAY,
                                            "1",
                                            "CHAMPION",
                                            ""));
                            reports.add(
                                    quality(
                                            START.toEpochMilli() + day * DAY,
                                            DAY,
                                            "2",
                                            "SHADOW",
                                            ""));
                        });
        for (int week = 0; week < WEEKS; week++) {
            reports.add(quality(start(week), WEEK, "1", "CHAMPION", ""));
            reports.add(quality(start(week), WEEK, "2", "SHADOW", ""));
        }
        reports.add(quality(start(WEEKS - 1), WEEK, "1", "CHAMPION", "<b>north</b>"));
        reports.add(quality(start(WEEKS - 1), WEEK, "1", "CHAMPION", "south"));
        reports.sort(Comparator.comparingLong(QualityReport::windowEndMillis));
        return reports;
    }

    /** Good, then less so once the amount drifts; a day wavers more than a week. */
    private static QualityReport quality(
            long start, long length, String version, String route, String segment) {
        double weeks = (start - START.toEpochMilli()) / (double) WEEK;
        double fall = Math.max(0, weeks - 4) * (route.equals("SHADOW") ? 0.006 : 0.02);
        double wave = (length == DAY ? 0.015 : 0.002) * Math.sin(weeks * 9);
        double auc = 0.93 - fall + wave;
        double coverage = Math.max(0.05, Math.min(1, (WEEKS - weeks) * 0.7));
        long rows = Math.round(length / (double) DAY * 1_750);
        long labelled = Math.round(rows * coverage);
        long positives = Math.round(labelled * 0.01);
        long caught = Math.round(positives * 0.7);
        return new QualityReport(
                start,
                start + length,
                1,
                coverage == 1,
                "card-fraud",
                version,
                route,
                segment,
                rows,
                rows / 90,
                new QualityReport.Labels(labelled, coverage, positives, 0, 0, 0, 6e8, 6.1e8, 6.2e8),
                new QualityReport.Confusion(
                        caught,
                        labelled / 200,
                        labelled - positives - labelled / 200,
                        positives - caught),
                new QualityReport.Measures(0.99, 0.58 - fall, 0.7 - fall, 0.63 - fall, auc),
                new QualityReport.Measures(0.99, 0.57, 0.69, 0.62, 0.925),
                new QualityReport.Measures(0, 0.01, 0.01, 0.01, auc - 0.925),
                new QualityReport.Ranking(0.002, 0.61 - 2 * fall + wave, 0.01, 100, 0.8, 0),
                new QualityReport.Calibration(
                        0.031 + fall / 5,
                        0.006,
                        0.004 + fall / 8,
                        List.of(
                                new QualityReport.Calibration.Tenth(0, labelled - 60, 0.004, 0.003),
                                new QualityReport.Calibration.Tenth(0.5, 40, 0.55, 0.49),
                                new QualityReport.Calibration.Tenth(0.9, 20, 0.96, 0.91))),
                5_000 + 40_000 * fall,
                QualityReport.Paired.NONE,
                segment.isEmpty() && length == WEEK
                        ? new QualityReport.Fairness(2, 0.013, 0.81, 0.06, 0.06)
                        : QualityReport.Fairness.NONE);
    }

    private static List<DeadLetter> deadLetters() {
        var letters = new ArrayList<DeadLetter>();
        for (int i = 0; i < 17; i++) {
            letters.add(
                    deadLetter(
                            i,
                            DeadLetter.Reason.CONTRACT_BROKEN,
                            "amount is -1; it must be at least 0"));
        }
        letters.add(deadLetter(17, DeadLetter.Reason.MALFORMED, HOSTILE + " is no JSON"));
        return letters;
    }

    private static DeadLetter deadLetter(int offset, DeadLetter.Reason reason, String detail) {
        return new DeadLetter(
                new Origin("transactions", 0, offset, start(3), null, "x".getBytes(UTF_8)),
                "ingest",
                reason,
                detail,
                null);
    }

    private static long start(int week) {
        return START.toEpochMilli() + week * WEEK;
    }
}
