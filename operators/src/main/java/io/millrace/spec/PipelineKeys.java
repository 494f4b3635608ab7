package io.millrace.spec;

import static io.millrace.spec.Key.defaulted;
import static io.millrace.spec.Key.optional;
import static io.millrace.spec.Key.required;
import static io.millrace.spec.ScalarShape.choice;
import static io.millrace.spec.ScalarShape.duration;
import static io.millrace.spec.ScalarShape.durationOrZero;
import static io.millrace.spec.ScalarShape.flag;
import static io.millrace.spec.ScalarShape.instant;
import static io.millrace.spec.ScalarShape.memory;
import static io.millrace.spec.ScalarShape.name;
import static io.millrace.spec.ScalarShape.number;
import static io.millrace.spec.ScalarShape.option;
import static io.millrace.spec.ScalarShape.pattern;
import static io.millrace.spec.ScalarShape.text;
import static io.millrace.spec.ScalarShape.topic;
import static io.millrace.spec.ScalarShape.wholeNumber;

import java.util.ArrayList;
import java.util.List;

/**
 * Every key of a pipeline's file. The one table that parser, schema and reference are made from.
 */
final class PipelineKeys {

    private static final String ANY_KEY = "^\\S+$";

    private static final ScalarShape EXPRESSION =
            text("expression", "a CEL expression over the columns");

    private static final ScalarShape COLUMN =
            pattern("column", ScalarShape.NAME_PATTERN, "the name of a declared column");

    private static final Shape OPTIONS =
            new MapShape("options", option(), "a mapping of names to values", ANY_KEY, 0);

    private static final Shape COLUMNS =
            new MapShape(
                    "columns",
                    text("SQL type", "an SQL type such as BIGINT NOT NULL or DECIMAL(10, 2)"),
                    "a mapping of column to SQL type",
                    ScalarShape.NAME_PATTERN,
                    1);

    private static final Shape ENTITIES =
            new MapShape(
                    "entities",
                    new OneOrMoreShape(COLUMN, new ListShape(COLUMN, "a list of columns", 1)),
                    "a mapping of entity to the column, or the columns, that identify it",
                    ScalarShape.NAME_PATTERN,
                    1);

    static final SectionShape CONDITION =
            SectionShape.of(
                    required("name", text("text", "text"), "What a dead letter calls it."),
                    required("check", EXPRESSION, "A boolean CEL expression over the columns."));

    static final SectionShape KAFKA =
            SectionShape.of(
                    required(
                            "bootstrap-servers",
                            pattern(
                                    "servers",
                                    "^[^\\s,:]+:\\d{1,5}(,\\s*[^\\s,:]+:\\d{1,5})*$",
                                    "host:port, or several with commas"),
                            "The brokers to ask first: `host:port`, or several with commas."),
                    defaulted(
                            "properties",
                            OPTIONS,
                            "{}",
                            "Client properties for every consumer, producer and admin client:"
                                    + " security, mostly."));

    static final SectionShape DEDUPLICATE =
            SectionShape.of(
                    required(
                            "within",
                            duration(),
                            "How far apart in event time two copies may lie."),
                    optional(
                            "partition-by",
                            COLUMN,
                            "A column that is equal in both copies, by which the work is spread;"
                                    + " the id by default. The first entity's column keeps each"
                                    + " entity's events in their order."));

    static final SectionShape EVENTS =
            stream(
                    "The event topic.",
                    "The column that holds the event id.",
                    defaulted(
                            "allowed-lateness",
                            durationOrZero(),
                            "1 h",
                            "How far behind the watermark an event is still answered. In arrival"
                                    + " order only: in event-time order nothing late is answered."),
                    optional(
                            "deduplicate",
                            DEDUPLICATE,
                            "How duplicates are recognised: two events with one id are one. Left"
                                    + " out, none are looked for."));

    static final SectionShape LABELS =
            stream(
                    "The label topic.",
                    "The column that holds the id of the labelled event. A label takes the place of"
                            + " an earlier one of the same event, from its own time on.",
                    required(
                            "value",
                            COLUMN,
                            "The column that holds the label: BOOLEAN, or a number."));

    static final SectionShape FEATURE =
            SectionShape.of(
                    required(
                            "name",
                            name(),
                            "The feature's name, as the model's input order has it."),
                    optional(
                            "expression",
                            EXPRESSION,
                            "A CEL expression over the event's columns, `event_time`, and features"
                                    + " that are declared before: a number, or a boolean (1 or 0)."
                                    + " Of a missing feature it is missing."),
                    optional(
                            "elements",
                            name(),
                            "A column of numbers, each of which is a feature: `name_0`, `name_1`,"
                                    + " ... It is an array of integers, FLOAT or DOUBLE, or BYTES:"
                                    + " 32-bit floats, little-endian, as numpy's `tobytes` writes"
                                    + " them. All are missing where it is null."),
                    optional(
                            "count",
                            wholeNumber(1, 10_000),
                            "How many elements the column has, no more and no fewer. Beside"
                                    + " `elements`."),
                    optional(
                            "entity",
                            name(),
                            "The entity whose past is aggregated. For a windowed feature, with"
                                    + " `aggregate` and `window`."),
                    defaulted(
                            "from",
                            choice(FeaturesSpec.From.class),
                            "events",
                            "The rows that are aggregated."),
                    optional(
                            "aggregate",
                            choice(FeaturesSpec.Aggregate.class),
                            "What the window says of its rows."),
                    optional(
                            "of",
                            text("expression", "a column, or a CEL expression over the columns"),
                            "What is aggregated of each row: a column, or a CEL expression over the"
                                    + " columns. A number, a DECIMAL of at most 18 digits, or"
                                    + " BOOLEAN; `distinct`, `most-frequent-share` and"
                                    + " `share-of-current` take text and times too. A null counts"
                                    + " for nothing. Not with `count` and `time-since-last`."),
                    optional(
                            "where",
                            EXPRESSION,
                            "A boolean CEL expression over the columns of these rows: only rows"
                                    + " that meet it count. One that is unknown because of a null"
                                    + " is not met."),
                    optional(
                            "window",
                            duration(),
                            "The window's length w: rows with event time in (t - delay - w, t -"
                                    + " delay] of an event at t, which is itself among them."),
                    defaulted(
                            "delay",
                            durationOrZero(),
                            "0 s",
                            "How far before the event the window ends."),
                    defaulted(
                            "current",
                            choice(FeaturesSpec.Current.class),
                            "include",
                            "Whether the event itself counts. For windows over events."),
                    defaulted(
                            "rank",
                            wholeNumber(1, 100),
                            "1",
                            "Which of the most frequent values: 1 is the most frequent. For"
                                    + " `most-frequent` and `most-frequent-share`."),
                    defaulted(
                            "exact-to",
                            wholeNumber(100, 1_000_000),
                            Integer.toString(FeaturesSpec.WindowSpec.EXACT_TO),
                            "Up to how many different values they are counted exactly; more are"
                                    + " estimated, with a relative standard error of 1.04 divided"
                                    + " by its square root, and no more than one and a half times"
                                    + " as many are held. For `distinct`."),
                    optional(
                            "missing",
                            number(),
                            "What the window says where the aggregate has no value; missing (NaN)"
                                + " by default. `count`, `sum` and `distinct` of an empty window"
                                + " are 0."),
                    defaulted(
                            "internal",
                            flag(),
                            "false",
                            "Whether the feature is for later expressions only: the model does not"
                                    + " get it, and no score carries it."));

    static final SectionShape FEATURES =
            SectionShape.of(
                    required(
                            "view",
                            pattern(
                                    "name/version",
                                    "^[a-z][a-z0-9-]{0,99}/[1-9][0-9]{0,8}$",
                                    "a name and a version, such as card-fraud/1"),
                            "The feature view's name and version, such as `card-fraud/1`."),
                    defaulted(
                            "order",
                            choice(FeaturesSpec.Order.class),
                            "arrival",
                            "When an event is answered: at once with what has arrived, or in"
                                    + " event-time order once the watermark has passed, exactly"
                                    + " reproducible."),
                    optional(
                            "history-from",
                            instant(),
                            "Since when the topics are complete, as the job reads them at its first"
                                    + " start. A window that begins before it is marked as warming."
                                    + " Left out, a history begins with the first row, and"
                                    + " `out-of-orderness` after it."),
                    required(
                            "vector",
                            new ListShape(FEATURE, "a list of features", 1),
                            "The features, in the order that the model declares."));

    static final SectionShape BATCH =
            SectionShape.of(
                    optional(
                            "rows",
                            wholeNumber(1, 4096),
                            "The most rows that one run scores. Left out, they are tuned while the"
                                    + " job runs: as many as make the model cheapest within"
                                    + " `latency`."),
                    defaulted(
                            "wait",
                            durationOrZero(),
                            "2 ms",
                            "The longest that a row waits for others. Beside `rows`; otherwise it"
                                    + " is tuned too."),
                    defaulted(
                            "latency",
                            duration(),
                            "20 ms",
                            "What gathering and running may add to a row's latency (p99), where"
                                    + " rows are tuned."));

    static final SectionShape FALLBACK =
            SectionShape.of(
                    defaulted(
                            "previous",
                            flag(),
                            "false",
                            "Whether the version is asked that answered before. It stays loaded for"
                                    + " that."),
                    optional(
                            "score",
                            number(),
                            "The score where no version has one: the policy decides on it as on any"
                                    + " other."));

    static final SectionShape MODEL =
            SectionShape.of(
                    required(
                            "name",
                            new ModelNameShape(),
                            "The registered model's name. With columns of the event in it, as in"
                                    + " `fraud-${country}`, each event is scored by the model that"
                                    + " its values name. What is a column is no variable."),
                    defaulted(
                            "memory",
                            memory(),
                            "1 GiB",
                            "The most that the models of a name with columns take of a"
                                + " TaskManager's memory: those that were used least recently make"
                                + " room. A model counts as seven times its file and 1 MiB."),
                    defaulted("alias", name(), "champion", "The alias whose version answers."),
                    required(
                            "registry",
                            text("path or server", "a path, or mlflow+https://host"),
                            "The root of a directory registry, which counts from this file, or the"
                                    + " address of an MLflow server: `mlflow+https://host`."),
                    optional(
                            "credentials",
                            text("path", "the folder of a mounted secret"),
                            "The folder with the MLflow server's `token`, or `username` and"
                                    + " `password`, and its `ca.crt`. Every TaskManager reads it"
                                    + " under this path; what it holds is in no job and no log."),
                    optional(
                            "signed-by",
                            text("path", "the file of a public key"),
                            "The public key (PEM) that must have signed the model, by OpenSSF's"
                                + " model signing; every TaskManager reads it. Left out, a model"
                                + " need not be signed."),
                    optional("batch", BATCH, "How rows are gathered for one run."),
                    defaulted(
                            "run",
                            choice(ModelSpec.Run.class),
                            "auto",
                            "Where a run is made: in the task's thread (cheapest for a short run),"
                                    + " off it, or as a warm-up run decides."),
                    optional(
                            "fallback",
                            FALLBACK,
                            "What answers a row that the model cannot; its score says `FALLBACK`,"
                                    + " and `because`. Left out, such a row is a dead letter."),
                    optional(
                            "quarantine",
                            text("path", "a folder of every TaskManager"),
                            "The folder in which a TaskManager records what it runs, so that a row"
                                + " that ends the process twice is not scored a third time"
                                + " (MODEL_CRASHED). It must outlive the process: a volume, where"
                                + " processes are containers. Left out, it is in the TaskManager's"
                                + " temporary folder."),
                    defaulted(
                            "timeout",
                            duration(),
                            "10 s",
                            "How long a run may take. It is ended then; the rows that are to blame"
                                    + " are dead letters (MODEL_TIMEOUT), and the rest is scored."),
                    defaulted(
                            "device",
                            choice(DeviceSpec.Kind.class),
                            "cpu",
                            "What a run is made on. `cuda` is a GPU of NVIDIA, without which the"
                                    + " job does not start; `auto` is one where there is one. On a"
                                    + " GPU a score's last bits change with its batch."),
                    optional(
                            "device-memory",
                            memory(),
                            "The most that the model may take of a GPU's memory for what it"
                                    + " computes. Left out, as much as it needs."));

    static final SectionShape DECISION =
            SectionShape.of(
                    required(
                            "threshold",
                            number(),
                            "The score from which on `at-or-above` is decided."),
                    required("at-or-above", name(), "The decision at or above the threshold."),
                    required("below", name(), "The decision below it."));

    static final SectionShape EFFECT =
            SectionShape.of(
                    defaulted(
                            "ks",
                            number(),
                            "0.06",
                            "Of a number: the Kolmogorov-Smirnov distance of its distribution."),
                    defaulted(
                            "total-variation",
                            number(),
                            "0.05",
                            "Of a category: the total variation distance of its shares."),
                    defaulted(
                            "new-categories",
                            number(),
                            "0.01",
                            "Of a category: the share of rows whose value the reference never"
                                    + " had."),
                    defaulted(
                            "missing",
                            number(),
                            "0.02",
                            "Of both: how far the share of missing values moved."));

    static final SectionShape PERSISTENCE =
            SectionShape.of(
                    defaulted(
                            "windows",
                            wholeNumber(1, 100),
                            "2",
                            "In how many windows a feature must have drifted."),
                    defaulted(
                            "of",
                            wholeNumber(1, 100),
                            "3",
                            "Of how many windows in a row, the current one among them."));

    static final SectionShape MONITOR_LABELS =
            SectionShape.of(
                    defaulted(
                            "horizon",
                            duration(),
                            "7 d",
                            "How long after its event a label counts. Every score waits so long"
                                    + " for its label, in the job's state."));

    static final SectionShape COST =
            SectionShape.of(
                    required(
                            "false-positive",
                            number(),
                            "What it costs to decide `at-or-above` where the label is negative."),
                    required(
                            "false-negative",
                            number(),
                            "What it costs to decide `below` where the label is positive."));

    static final SectionShape ROLLBACK =
            SectionShape.of(
                    required(
                            "within",
                            duration(),
                            "How long a version is watched, in event time, from the first event"
                                    + " that it answers."),
                    optional(
                            "accuracy",
                            number(),
                            "The least share of right decisions, as far as final windows tell."),
                    optional(
                            "precision",
                            number(),
                            "The least share of positives among what is decided."),
                    optional(
                            "recall",
                            number(),
                            "The least share that is decided among positives."));

    static final SectionShape GUARD =
            SectionShape.of(
                    required(
                            "by",
                            choice(GuardSpec.Loss.class),
                            "The loss by which a challenger is judged, on events that it and the"
                                    + " champion have both scored: `cost` is what `monitor.cost`"
                                    + " says, `errors` counts wrong decisions alike, `log-loss` and"
                                    + " `brier` take the scores as probabilities."),
                    defaulted(
                            "alpha",
                            number(),
                            "0.05",
                            "How likely at most a challenger that is no better is ever promoted,"
                                    + " and one that is no worse ever retired for that, however"
                                    + " often is looked."),
                    defaulted(
                            "effect",
                            number(),
                            "0.01",
                            "The smallest change of the loss that matters, as a share of the"
                                    + " champion's."),
                    defaulted(
                            "min-labelled",
                            wholeNumber(100, 1_000_000_000),
                            "1000",
                            "How many labelled events a decision takes."),
                    defaulted(
                            "windows",
                            wholeNumber(1, 1000),
                            "3",
                            "How many windows a decision takes whose horizon of labels has"
                                    + " passed."),
                    optional(
                            "within",
                            duration(),
                            "How long a challenger may stay undecided, in event time; then it is"
                                    + " retired. With `retire`. Left out, as long as a person"
                                    + " lets it."),
                    defaulted(
                            "promote",
                            flag(),
                            "false",
                            "Whether a challenger that is better is promoted."),
                    defaulted(
                            "retire",
                            flag(),
                            "false",
                            "Whether a challenger is retired that is worse, misses rows or has an"
                                    + " incident."),
                    defaulted(
                            "incident",
                            choice(GuardSpec.Incident.class),
                            "critical",
                            "How severe an incident of a version's own must be to retire the"
                                    + " challenger or roll back the champion. Any open incident of"
                                    + " either pauses promotion."),
                    defaulted(
                            "most-other-decisions",
                            number(),
                            "1",
                            "The largest share of events on which a version that is promoted"
                                    + " decides otherwise than the champion."),
                    defaulted(
                            "most-ranking-lost",
                            number(),
                            "1",
                            "How much lower than the champion's the AUC and the average precision"
                                    + " of a version that is promoted may be, in the windows that"
                                    + " it is judged by."),
                    defaulted(
                            "most-missed",
                            number(),
                            "1",
                            "The largest share of events that a challenger may leave unscored,"
                                    + " because it fails or does not keep up."),
                    optional(
                            "rollback",
                            ROLLBACK,
                            "When the version before the champion answers again; a champion that"
                                    + " has answered before stays. Left out, never without a"
                                    + " person."),
                    defaulted(
                            "cooldown",
                            durationOrZero(),
                            "24 h",
                            "How long after a promotion, whoever made it, none follows without a"
                                    + " person."),
                    defaulted(
                            "promotions-per-day",
                            wholeNumber(1, 100),
                            "1",
                            "How many promotions there are at most in 24 hours without a person."),
                    defaulted(
                            "dry-run",
                            flag(),
                            "false",
                            "Whether decisions are only written to the audit."));

    static final SectionShape RETRAIN =
            SectionShape.of(
                    defaulted(
                            "severity",
                            choice(RetrainSpec.Severity.class),
                            "warning",
                            "How severe an incident must be to ask."),
                    optional(
                            "sources",
                            new ListShape(choice(RetrainSpec.Source.class), "a list of sources", 1),
                            "What must have noticed the incident: `drift` of distributions,"
                                    + " `quality`, which is the gap between labels and the"
                                    + " reference's calibration, or a `detector`, whose incidents"
                                    + " are warnings. All by default."),
                    defaulted(
                            "history",
                            durationOrZero(),
                            "0 s",
                            "How much event time before the first window of the incident is to be"
                                    + " trained on too."),
                    defaulted(
                            "hold-out",
                            number(),
                            "0.2",
                            "The share of the range of event time, its newest part, that is to be"
                                    + " held out."),
                    defaulted(
                            "cooldown",
                            durationOrZero(),
                            "7 d",
                            "How long after a model version has asked, in event time, it does not"
                                    + " ask again."));

    static final SectionShape ROLLING =
            SectionShape.of(
                    required(
                            "range",
                            duration(),
                            "How much event time it covers, a multiple of the slide. Counts are"
                                    + " kept as long."),
                    optional(
                            "gap",
                            durationOrZero(),
                            "How much event time lies between its end and the window's beginning, a"
                                    + " multiple of the slide and at least"
                                    + " `events.allowed-lateness`, which it is by default, rounded"
                                    + " up."));

    static final SectionShape MONITOR =
            SectionShape.of(
                    defaulted(
                            "window",
                            duration(),
                            "1 h",
                            "The current window, in event time, that is compared with the"
                                    + " reference profile and with the window before."),
                    optional(
                            "slide",
                            duration(),
                            "From the start of one window to the next; the window must be a"
                                    + " multiple of it. The window itself by default."),
                    optional(
                            "rolling",
                            ROLLING,
                            "A reference that moves: windows are compared with the rows of a range"
                                    + " before them, in the bins of the reference profile. Left"
                                    + " out, and until the range has `min-rows` rows, they are"
                                    + " compared with the profile."),
                    optional(
                            "learn-rows",
                            wholeNumber(500, 1_000_000),
                            "Of a model version without a reference profile, so many rows become"
                                    + " it: the first in event time that it scores. The job lays it"
                                    + " beside the version, in a registry that TaskManagers can"
                                    + " write. Left out, `./millrace profile` does."),
                    optional(
                            "segment",
                            COLUMN,
                            "A column of events by whose values everything is also told apart."
                                    + " Each value is a window of its own: a few dozen, not"
                                    + " thousands; `segments` sees to that. A segment is compared"
                                    + " with its own past where the reference profile has enough"
                                    + " rows of it."),
                    optional(
                            "segments",
                            new ListShape(ScalarShape.option(), "a list of values", 1),
                            "The values of `segment` that are told apart; all others are `other`"
                                    + " together, however many there are. Left out, each value is a"
                                    + " segment."),
                    optional(
                            "categorical",
                            new ListShape(name(), "a list of features", 0),
                            "The features whose values are categories: codes, flags, counted by"
                                    + " value. All others are numbers."),
                    defaulted(
                            "reconstruction",
                            flag(),
                            "false",
                            "Whether features are also watched together, by how far each row is"
                                    + " from the principal components of the reference's: what"
                                    + " depends on what may change though no feature alone does."
                                    + " For a profile that was made with it."),
                    defaulted(
                            "min-rows",
                            wholeNumber(1, 1_000_000_000),
                            "200",
                            "How many rows a window must have for an alert."),
                    defaulted(
                            "alpha",
                            number(),
                            "0.01",
                            "The false discovery rate within a window: p-values, adjusted by"
                                    + " Benjamini and Hochberg, below it are significant."),
                    optional(
                            "effect",
                            EFFECT,
                            "What is more than these has drifted, where it is significant too."),
                    optional(
                            "persistence",
                            PERSISTENCE,
                            "How often a feature must have drifted for an alert."),
                    defaulted(
                            "cooldown",
                            durationOrZero(),
                            "24 h",
                            "How long after an incident's end, in event time, the same features"
                                    + " raise no new one, unless it is more severe."),
                    optional(
                            "labels",
                            MONITOR_LABELS,
                            "How the labels of the label topic tell how right scores were."),
                    optional(
                            "cost",
                            COST,
                            "What wrong decisions cost, in any unit; quality reports then add it"
                                    + " up."),
                    defaulted(
                            "top-k",
                            wholeNumber(1, 1_000_000),
                            "100",
                            "Of how many of the highest scores of a window, and of a day, the"
                                    + " precision is reported."),
                    optional(
                            "detectors",
                            new ListShape(
                                    choice(MonitorSpec.Detector.class), "a list of detectors", 0),
                            "What watches decisions against labels row by row, in event-time order,"
                                    + " once the horizon has passed; all rows of a model version go"
                                    + " through one subtask."),
                    optional(
                            "score-detectors",
                            new ListShape(
                                    choice(MonitorSpec.NumberDetector.class),
                                    "a list of detectors",
                                    0),
                            "What watches scores, missing features and, with `reconstruction`, how"
                                    + " far features lie from what they are together, row by row,"
                                    + " in event-time order, without labels; all rows of a model"
                                    + " version go through one subtask."),
                    optional(
                            "guard",
                            GUARD,
                            "When `./millrace models guard` promotes, retires and rolls back"
                                    + " versions. Left out, people do."),
                    optional(
                            "retrain",
                            RETRAIN,
                            "When an incident asks, in `output.retrain`, for a new model. Left out,"
                                    + " none does."));

    static final SectionShape OUTPUT =
            SectionShape.of(
                    optional(
                            "scores",
                            topic(),
                            "The topic of scores; `<pipeline>.scores` by default."),
                    optional(
                            "dead-letters",
                            topic(),
                            "The topic of dead letters; `<pipeline>.dead-letters` by default."),
                    optional(
                            "duplicates",
                            topic(),
                            "The topic of counted duplicates; `<pipeline>.duplicates` by default."),
                    optional(
                            "models",
                            topic(),
                            "The topic of announcements, which model version answers from which"
                                    + " event time on; `<pipeline>.models` by default."),
                    optional(
                            "shadows",
                            topic(),
                            "The topic of what a challenger would have said;"
                                    + " `<pipeline>.shadows` by default."),
                    optional(
                            "drift",
                            topic(),
                            "The topic of drift reports; `<pipeline>.drift` by default."),
                    optional(
                            "quality",
                            topic(),
                            "The topic of quality reports; `<pipeline>.quality` by default."),
                    optional(
                            "alerts",
                            topic(),
                            "The topic of alerts; `<pipeline>.alerts` by default."),
                    optional(
                            "retrain",
                            topic(),
                            "The topic of requests for a new model; `<pipeline>.retrain` by"
                                    + " default."),
                    optional(
                            "audit",
                            topic(),
                            "The topic of decisions about model versions, of people and of the"
                                    + " guard; `<pipeline>.audit` by default."),
                    defaulted(
                            "include-features",
                            flag(),
                            "true",
                            "Whether a score carries the feature values that it was made from."),
                    defaulted(
                            "guarantee",
                            choice(OutputSpec.Guarantee.class),
                            "exactly-once",
                            "What a reader may rely on. Exactly-once costs a read_committed reader"
                                    + " a checkpoint interval of latency."),
                    defaulted(
                            "transaction-timeout",
                            duration(),
                            "15 min",
                            "The longest outage after which nothing committed is lost; the broker's"
                                    + " transaction.max.timeout.ms must allow it."));

    static final SectionShape CHECKPOINT =
            SectionShape.of(
                    defaulted(
                            "interval",
                            duration(),
                            "10 s",
                            "From the start of one checkpoint to the next; exactly-once output"
                                    + " becomes visible this often."),
                    defaulted("timeout", duration(), "1 min", "When a checkpoint is given up."));

    static final SectionShape PIPELINE =
            SectionShape.of(
                    required(
                            "pipeline",
                            pattern(
                                    "name",
                                    "^[a-z][a-z0-9-]{0,99}$",
                                    "a name of lower-case letters, digits and -"),
                            "The pipeline's name; it prefixes topics, uids and transactions."),
                    required("kafka", KAFKA, "The Kafka cluster."),
                    required("events", EVENTS, "The event topic and the contract of its rows."),
                    optional("labels", LABELS, "The label topic: the truth, when it arrives."),
                    required(
                            "entities",
                            ENTITIES,
                            "What features are about: the column that identifies each entity, or a"
                                    + " list of columns that do together, as in `pair:"
                                    + " [customer_id, terminal_id]`. The first entity names an"
                                    + " event in its score."),
                    required("features", FEATURES, "The feature view."),
                    required("model", MODEL, "The model that scores."),
                    required("decision", DECISION, "What the policy makes of a score."),
                    optional(
                            "monitor",
                            MONITOR,
                            "What is watched while the model scores. Left out, nothing is."),
                    optional("output", OUTPUT, "Where results go."),
                    optional(
                            "checkpoint",
                            CHECKPOINT,
                            "How often the job's state is made durable."));

    private PipelineKeys() {}

    private static SectionShape stream(String topic, String id, Key... more) {
        List<Key> keys = new ArrayList<>();
        keys.add(required("topic", topic(), topic));
        keys.add(
                required(
                        "format",
                        text("format", "a Flink format"),
                        "The Flink format of the topic's values: json, csv, avro."));
        keys.add(
                defaulted(
                        "format-options",
                        OPTIONS,
                        "{}",
                        "The format's own options, without its name."));
        keys.add(
                required(
                        "columns",
                        COLUMNS,
                        "The columns that are read, each with its SQL type; NOT NULL is part of the"
                                + " contract."));
        keys.add(required("id", COLUMN, id));
        keys.add(
                required(
                        "event-time",
                        COLUMN,
                        "The column that holds the event time: TIMESTAMP_LTZ, TIMESTAMP (read as"
                                + " UTC) or BIGINT (epoch milliseconds)."));
        keys.add(
                defaulted(
                        "out-of-orderness",
                        durationOrZero(),
                        "10 s",
                        "How much later than a newer one an event may arrive without being late."));
        keys.add(
                defaulted(
                        "idleness",
                        duration(),
                        "30 s",
                        "After how much silence a partition stops holding back event time."));
        keys.add(
                defaulted(
                        "max-ahead",
                        duration(),
                        "1 h",
                        "How far an event time may lie after the Kafka record's timestamp; further"
                                + " is refused, since one such row would make all others late."));
        keys.add(
                optional(
                        "expectations",
                        new ListShape(
                                new ConditionShape(EXPRESSION, CONDITION),
                                "a list of conditions",
                                0),
                        "Conditions that every row must meet; one that does not is a dead letter. A"
                                + " condition on a null is met, as with SQL's CHECK."));
        keys.addAll(List.of(more));
        return new SectionShape(List.copyOf(keys));
    }
}
