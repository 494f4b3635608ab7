package io.millrace.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is generated from the keys; run with {@code -Dmillrace.update=true} to write it anew. */
class PipelineDocumentsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS =
            JsonSchemaFactory.getInstance(VersionFlag.V202012);

    private static JsonNode yaml(String text) {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    private static JsonSchema schema() {
        return SCHEMAS.getSchema(PipelineSchema.json());
    }

    @Test
    void theCommittedSchemaIsTheParsers() {
        Golden.assertSame(
                ReferencePipeline.ROOT.resolve("docs/pipeline.schema.json"), PipelineSchema.json());
    }

    @Test
    void theCommittedReferenceIsTheParsers() {
        Golden.assertSame(
                ReferencePipeline.ROOT.resolve("docs/PIPELINE.md"), PipelineReference.markdown());
    }

    @Test
    void theSchemaIsASchema() throws Exception {
        JsonSchema meta = SCHEMAS.getSchema(SchemaLocation.of(SchemaId.V202012));
        assertThat(meta.validate(JSON.readTree(PipelineSchema.json()))).isEmpty();
    }

    @Test
    void theSchemaAcceptsWhatTheParserAccepts() throws Exception {
        String withoutVariable = ReferencePipeline.text().replaceAll("\\$\\{\\w+:-([^}]*)}", "$1");
        assertThat(schema().validate(yaml(withoutVariable))).isEmpty();
        Path smallest = Path.of("src/test/resources/spec/smallest.yml");
        assertThat(schema().validate(yaml(Files.readString(smallest)))).isEmpty();
    }

    @Test
    void theSchemaRefusesMisspeltKeysAndWrongKinds() throws Exception {
        for (String name : new String[] {"misspelt-keys", "wrong-kinds", "durations", "numbers"}) {
            Path file = Path.of("src/test/resources/spec", name + ".yaml");
            assertThat(schema().validate(yaml(Files.readString(file))))
                    .as(name)
                    .hasSizeGreaterThan(2);
        }
    }

    @Test
    void everyDefaultIsAValueOfItsKey() {
        assertThat(defaultsOf(PipelineKeys.PIPELINE)).isGreaterThan(15);
    }

    private static int defaultsOf(SectionShape section) {
        int defaults = 0;
        for (Key key : section.keys()) {
            if (key.defaultText() != null && key.shape() instanceof ScalarShape scalar) {
                assertThat(scalar.parser().apply(key.defaultText())).as(key.name()).isNotNull();
                defaults++;
            } else if (key.shape() instanceof SectionShape inner) {
                defaults += defaultsOf(inner);
            } else if (key.shape() instanceof ListShape list
                    && list.item() instanceof SectionShape inner) {
                defaults += defaultsOf(inner);
            }
        }
        return defaults;
    }
}
