package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.registry.ModelRegistry;
import io.millrace.spec.PipelineSpec;
import io.millrace.tests.Repository;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The uids by which a savepoint finds its operators. A uid that goes, or is renamed, orphans state:
 * such a change is made on purpose, in {@code uids.txt}, and told in the changelog's
 * <em>State:</em> line.
 */
class OperatorUidsTest {
    private static final String GOLDEN = "tests/src/test/resources/golden/uids.txt";

    @TempDir private Path cache;

    @Test
    void areThoseThatSavepointsKnow() {
        List<String> uids =
                operators().stream().map(StreamNode::getTransformationUID).sorted().toList();

        assertThat(uids).isEqualTo(Repository.text(GOLDEN).lines().toList());
    }

    /** A third class of keys makes Flink's state slower for those of the first two. */
    @Test
    void areKeyedByTextsAndNumbersAlone() {
        assertThat(operators())
                .extracting(StreamNode::getStateKeySerializer)
                .filteredOn(Objects::nonNull)
                .hasSizeGreaterThan(5)
                .hasOnlyElementsOfTypes(StringSerializer.class, LongSerializer.class);
    }

    private Collection<StreamNode> operators() {
        PipelineSpec spec = Monitoring.everything(ReferencePipeline.on("localhost:9092"));
        var models = ModelRegistry.at(spec.model().registry(), cache);
        var environment = JobEnvironment.create(spec.pipeline(), spec.checkpoint());
        new PipelineJob(spec, models.require(spec.model().name(), spec.model().alias()))
                .attach(environment);
        return environment.getStreamGraph().getStreamNodes();
    }
}
