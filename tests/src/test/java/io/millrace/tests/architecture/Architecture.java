package io.millrace.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What must never be, each with its reason. */
final class Architecture {
    private static final String[] STAGES = {
        "io.millrace.source..",
        "io.millrace.ingest..",
        "io.millrace.features..",
        "io.millrace.inference..",
        "io.millrace.monitor..",
        "io.millrace.sink.."
    };

    /** Holds Flink's state, timers and connections, or is made for them; named by its role. */
    private static final String SHELL =
            ".*(Stage|Config|Function|Operator|OperatorFactory|Metrics|Serializer|Snapshot|TypeInfo"
                + "|Schema|Selector|PartitionKey|Deserializer|Exit|Settling|BusyState|Preflight|TopicPlan|Broker|ModelTopic|ShadowRuns"
                + "|package-info)(\\$.*)?";

    /** What a door returns: the streams that leave a stage. */
    private static final String DOORS = ".*\\.(Featured|Ingested)";

    /** Flink's formats and watermark generators, wrapped, and files: what the source is for. */
    private static final String FORMATS =
            ".*\\.(EventTimeOrder|RowFormat|RowDecoder|AvroRows|JsonRows|BoundedDecoder|TimedOnly|RecordReader|RowFile|HistoryFile|FileFormat"
                + "|FileRows|NumberFiles|CsvFile|CsvRecords|JsonLinesFile|AvroFile|ParquetFile|ParquetCells|ParquetCompression)(\\$.*)?";

    /**
     * The engines, what loads, checks and holds their models and brings their profiles: the one
     * named exception to a core's purity.
     */
    private static final String MODEL_ACCESS =
            ".*(OnnxModel|FlinkMlModel|FlinkMlRows|LinearServable|ModelHost|ModelShelf|ModelFollower|ModelLanes?|ModelLoader|ModelCheck|RunWatch|RunRecord|Crashes|ProfileHost)(\\$.*)?";

    private static final DescribedPredicate<JavaClass> CORE =
            resideInAnyPackage(STAGES)
                    .and(DescribedPredicate.not(nameMatching(SHELL)))
                    .and(DescribedPredicate.not(nameMatching(DOORS)))
                    .and(DescribedPredicate.not(nameMatching(FORMATS)))
                    .and(DescribedPredicate.not(nameMatching(MODEL_ACCESS)))
                    .as("a core");

    @Rule
    static final ArchRule THE_REGISTRY_CLIENT_STANDS_ALONE =
            noClasses()
                    .that()
                    .resideInAPackage("io.millrace.registry..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.flink..",
                            "io.millrace.record..",
                            "io.millrace.spec..",
                            "io.millrace.source..",
                            "io.millrace.ingest..",
                            "io.millrace.features..",
                            "io.millrace.inference..",
                            "io.millrace.monitor..",
                            "io.millrace.sink..",
                            "io.millrace.jobs..")
                    .because("others link the registry client without Flink or the stages");

    @Rule
    static final ArchRule A_CORE_IS_FREE_OF_FLINK =
            noClasses()
                    .that(CORE)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("org.apache.flink..")
                                    .and(
                                            DescribedPredicate.not(
                                                    resideInAnyPackage(
                                                            "org.apache.flink.table.data..",
                                                            "org.apache.flink.table.types.."))))
                    .because(
                            "what a stage decides must be testable without Flink, a million events"
                                    + " a second");

    @Rule
    static final ArchRule A_CORE_HAS_NO_CLOCK_CHANCE_OR_LOGGER =
            noClasses()
                    .that(CORE)
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now")
                    .orShould()
                    .callMethod(Math.class, "random")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.slf4j..", "java.util.logging..", "java.util.random..")
                    .orShould()
                    .dependOnClassesThat()
                    .haveNameMatching(
                            "java\\.util\\.(Random|SplittableRandom)|java\\.util\\.concurrent\\.ThreadLocalRandom")
                    .because("a replay must give the same answer");

    @Rule
    static final ArchRule A_CORE_DOES_NO_IO =
            noClasses()
                    .that(CORE)
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching(
                            "java\\.(nio\\.file|net)\\..*|java\\.io\\.(File|Reader|Writer|RandomAccess).*")
                    .because("a core is a function of state and input");

    @Rule
    static final ArchRule STAGES_DO_NOT_KNOW_EACH_OTHER =
            slices().matching("io.millrace.(source|ingest|features|inference|monitor|sink)..")
                    .should()
                    .notDependOnEachOther()
                    .because("stages meet in the records and in jobs, nowhere else");

    @Rule
    static final ArchRule RECORDS_KNOW_NO_STAGE =
            noClasses()
                    .that()
                    .resideInAPackage("io.millrace.record..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(STAGES)
                    .because("what flows must not depend on who handles it");

    @Rule
    static final ArchRule NOBODY_KNOWS_JOBS =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.millrace.jobs..", "io.millrace.benchmarks..", "io.millrace.tests..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.millrace.jobs..")
                    .because("jobs connects the stages; a stage that knows its job fits no other");

    @Rule
    static final ArchRule ONLY_JOBS_READS_THE_ENVIRONMENT =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.millrace.jobs..", "io.millrace.benchmarks..", "io.millrace.tests..")
                    // Whether a native library may be loaded at all is told by the process alone.
                    .and()
                    .doNotHaveSimpleName("OnnxRuntime")
                    .should()
                    .callMethod(System.class, "getenv")
                    .orShould()
                    .callMethod(System.class, "getenv", String.class)
                    .orShould()
                    .callMethod(System.class, "getProperty", String.class)
                    .orShould()
                    .callMethod(System.class, "exit", int.class)
                    .because(
                            "a stage gets plain values; where they come from is the job's"
                                    + " business");

    @Rule
    static final ArchRule ONLY_JOBS_MAKES_ENVIRONMENTS =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.millrace.jobs..", "io.millrace.benchmarks..", "io.millrace.tests..")
                    .should()
                    .callMethodWhere(
                            target(
                                            nameMatching(
                                                    "getExecutionEnvironment|create(Local|Remote)Environment.*|execute(Async)?"))
                                    .and(
                                            target(
                                                    owner(
                                                            assignableTo(
                                                                    StreamExecutionEnvironment
                                                                            .class)))))
                    .because("a stage is wired into a job; it never is one");

    @Rule
    static final ArchRule CONNECTORS_STAY_AT_THE_ENDS =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.millrace.source..",
                            "io.millrace.sink..",
                            "io.millrace.jobs..",
                            "io.millrace.benchmarks..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.flink.connector.kafka..", "org.apache.kafka..")
                    .because("only the source and the sink know that there is a Kafka");

    @Rule
    static final ArchRule ONE_FACTORY_BUILDS_KAFKA_SINKS =
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName("io.millrace.sink.SinkStage")
                    .and()
                    .resideOutsideOfPackage("io.millrace.benchmarks..")
                    .should()
                    .callMethod("org.apache.flink.connector.kafka.sink.KafkaSink", "builder")
                    .because("KafkaSink guarantees nothing by default");

    @Rule
    static final ArchRule ONNX_RUNTIME_STAYS_IN_INFERENCE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("io.millrace.inference..", "io.millrace.benchmarks..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("ai.onnxruntime..")
                    .because(
                            "a session that is closed under a run kills the process: one package"
                                    + " knows how not to");

    @Rule
    static final ArchRule NAMES_SAY_SOMETHING =
            noClasses()
                    .should()
                    .haveSimpleNameEndingWith("Manager")
                    .orShould()
                    .haveNameMatching(
                            ".*\\.[A-Za-z]*(Helper|Utils?|Handler|Processor|Impl|Base|Common|(?<!Type)Info|Data|Service)")
                    .because("a name that fits everything says nothing");

    private Architecture() {}

    /** Marks a rule, so that none is forgotten. */
    @Target(ElementType.FIELD)
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Rule {}

    /** A rule and the name of its field. */
    record NamedRule(String name, ArchRule rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<NamedRule> rules() {
        return Arrays.stream(Architecture.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(Rule.class))
                .map(Architecture::rule);
    }

    private static NamedRule rule(Field field) {
        try {
            return new NamedRule(field.getName(), (ArchRule) field.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
