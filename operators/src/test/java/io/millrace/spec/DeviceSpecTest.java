package io.millrace.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceSpecTest {

    @Test
    void aModelRunsOnTheProcessorWhereNothingIsSaid() {
        assertThat(device("")).isEqualTo(DeviceSpec.PROCESSOR);
    }

    @ParameterizedTest
    @CsvSource({
        "device: cuda, CUDA, 0",
        "device: auto, AUTO, 0",
        "'device: cuda\n  device-memory: 512 MiB', CUDA, 536870912",
        "'device: auto\n  device-memory: 999999GiB', AUTO, 1073740750258176"
    })
    void aGpuAndItsMemoryAreWrittenAsPeopleDo(String keys, DeviceSpec.Kind kind, long memoryBytes) {
        assertThat(device("  " + keys)).isEqualTo(new DeviceSpec(kind, memoryBytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 GiB", "-1 GiB", "2 GB", "2", "much", "1000000 MiB", "2 GiB more"})
    void memoryThatIsNoSizeIsRefused(String memory) {
        assertThat(problem("  device: cuda\n  device-memory: " + memory))
                .contains("it must be a size such as 512 MiB or 2 GiB");
    }

    @Test
    void memoryOfAGpuThatIsNotUsedIsRefused() {
        assertThat(problem("  device-memory: 2 GiB"))
                .contains("is of a GPU's memory; `device` must then be `cuda` or `auto`");
    }

    @Test
    void aDeviceThatNobodyKnowsIsRefused() {
        assertThat(problem("  device: tpu")).contains("it must be one of cpu, cuda, auto");
    }

    private static DeviceSpec device(String keys) {
        return SpecParser.parse(ReferencePipeline.FILE, pipeline(keys), name -> null)
                .spec()
                .model()
                .device();
    }

    private static String problem(String keys) {
        var problems = new StringBuilder();
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> device(keys))
                .satisfies(e -> problems.append(e.problems().get(0).sentence()));
        return problems.toString();
    }

    private static String pipeline(String keys) {
        return ReferencePipeline.text().replaceFirst("(?m)^model:$", "model:\n" + keys);
    }
}
