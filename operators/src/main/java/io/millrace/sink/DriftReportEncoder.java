package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.SerializableString;
import io.millrace.record.Distances;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Bin;
import io.millrace.record.FeatureDrift.Contributor;
import io.millrace.record.FeatureDrift.Summary;
import io.millrace.record.Outgoing;
import io.millrace.record.Reference;
import java.io.IOException;
import java.util.List;

/** Drift reports as JSON, keyed by model version and segment. */
final class DriftReportEncoder implements Encoder<DriftReport> {
    private final String topic;
    private final JsonBuffer json;

    DriftReportEncoder(SinkConfig config) throws IOException {
        json = new JsonBuffer();
        topic = config.drift();
    }

    @Override
    public Outgoing apply(DriftReport report) throws IOException {
        json.begin();
        json.time(Field.WINDOW_START, report.windowStartMillis());
        json.time(Field.WINDOW_END, report.windowEndMillis());
        json.number(Field.REVISION, report.revision());
        json.text(Field.MODEL_NAME, report.modelName());
        json.text(Field.MODEL_VERSION, report.modelVersion());
        json.text(Field.SEGMENT, report.segment());
        json.number(Field.ROWS, report.rows());
        reference(report.reference(), json);
        json.text(Field.STATUS, report.status().name());
        json.text(Field.DETAIL, report.detail());
        json.number(Field.PART, report.part());
        json.number(Field.PARTS, report.parts());
        json.texts(Field.EVENT_IDS, report.eventIds());
        json.beginObjects(Field.FEATURES);
        for (FeatureDrift feature : report.features()) {
            json.beginObject();
            feature(feature);
            json.endObject();
        }
        json.endObjects();
        return new Outgoing(
                topic,
                "%s/%s/%s"
                        .formatted(report.modelName(), report.modelVersion(), report.segment())
                        .getBytes(UTF_8),
                json.end(),
                null);
    }

    private void feature(FeatureDrift feature) throws IOException {
        json.text(Field.NAME, feature.name());
        json.text(Field.ROLE, feature.role().name());
        json.text(Field.KIND, feature.kind().name());
        json.text(Field.STATUS, feature.status().name());
        current(feature.current());
        distances(Field.FROM_REFERENCE, feature.fromReference());
        distances(Field.FROM_PREVIOUS, feature.fromPrevious());
        json.number(Field.P, feature.p());
        json.number(Field.Q, feature.q());
        json.texts(Field.CAUSES, feature.causes().stream().map(Enum::name).toList());
        bins(feature.bins(), json);
        contributors(feature.contributors(), json);
    }

    private void current(Summary current) throws IOException {
        json.beginObject(Field.CURRENT);
        json.number(Field.ROWS, current.rows());
        json.number(Field.MISSING, current.missing());
        json.number(Field.MEAN, current.mean());
        json.number(Field.STD, current.std());
        json.number(Field.MIN, current.min());
        json.number(Field.MAX, current.max());
        json.number(Field.BELOW_REFERENCE, current.belowReference());
        json.number(Field.ABOVE_REFERENCE, current.aboveReference());
        json.endObject();
    }

    /** An infinite distance, which JSON has no number for, is the text {@code Infinity}. */
    private void distances(SerializableString name, Distances distances) throws IOException {
        json.beginObject(name);
        json.number(Field.PSI, distances.psi());
        json.number(Field.PSI_P, distances.psiP());
        json.number(Field.PSI_WITH_MISSING, distances.psiWithMissing());
        json.number(Field.PSI_WITH_TAILS, distances.psiWithTails());
        json.number(Field.JENSEN_SHANNON, distances.jensenShannon());
        json.number(Field.KS, distances.ks());
        json.number(Field.KS_P, distances.ksP());
        json.number(Field.WASSERSTEIN, distances.wasserstein());
        json.number(Field.WASSERSTEIN_NORMED, distances.wassersteinNormed());
        json.number(Field.CHI_SQUARED, distances.chiSquared());
        json.number(Field.CHI_SQUARED_P, distances.chiSquaredP());
        json.number(Field.TOTAL_VARIATION, distances.totalVariation());
        json.number(Field.LARGEST_DIFFERENCE, distances.largestDifference());
        json.number(Field.HELLINGER, distances.hellinger());
        json.number(Field.CRAMERS_V, distances.cramersV());
        json.number(Field.NEW_CATEGORY_RATIO, distances.newCategoryRatio());
        json.number(Field.NEW_CATEGORY_EXCESS, distances.newCategoryExcess());
        json.number(Field.MISSING_CHANGE, distances.missingChange());
        json.endObject();
    }

    static void reference(Reference reference, JsonBuffer json) throws IOException {
        json.text(Field.REFERENCE_VERSION, reference.version());
        json.text(Field.REFERENCE_SEGMENT, reference.segment());
        if (reference.isRolling()) {
            json.time(Field.REFERENCE_FROM, reference.fromMillis());
            json.time(Field.REFERENCE_TO, reference.toMillis());
        }
    }

    static void bins(List<Bin> bins, JsonBuffer json) throws IOException {
        json.beginObjects(Field.BINS);
        for (Bin bin : bins) {
            json.beginObject();
            json.text(Field.LABEL, bin.label());
            json.number(Field.COUNT, bin.count());
            json.number(Field.REFERENCE_SHARE, bin.referenceShare());
            json.number(Field.CONTRIBUTION, bin.contribution());
            json.endObject();
        }
        json.endObjects();
    }

    static void contributors(List<Contributor> contributors, JsonBuffer json) throws IOException {
        json.beginObjects(Field.CONTRIBUTORS);
        for (Contributor contributor : contributors) {
            json.beginObject();
            json.text(Field.NAME, contributor.name());
            json.number(Field.SHARE, contributor.share());
            json.number(Field.REFERENCE_SHARE, contributor.referenceShare());
            json.endObject();
        }
        json.endObjects();
    }
}
