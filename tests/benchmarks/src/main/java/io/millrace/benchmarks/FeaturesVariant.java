package io.millrace.benchmarks;

/** The jobs that the feature benchmark compares. */
enum FeaturesVariant {
    SOURCE("source and sink alone", Engine.NONE, Backend.HEAP, View.PUBLISHED, 0),
    MILLRACE_HEAP("Millrace, heap", Engine.MILLRACE, Backend.HEAP, View.PUBLISHED, 0),
    MILLRACE_ROCKSDB("Millrace, RocksDB", Engine.MILLRACE, Backend.ROCKSDB, View.PUBLISHED, 0),
    MILLRACE_HEAP_TIMERS(
            "Millrace, RocksDB, timers on the heap",
            Engine.MILLRACE,
            Backend.ROCKSDB_HEAP_TIMERS,
            View.PUBLISHED,
            0),
    SQL_HEAP("SQL OVER, heap", Engine.SQL, Backend.HEAP, View.PUBLISHED, 0),
    SQL_ROCKSDB("SQL OVER, RocksDB", Engine.SQL, Backend.ROCKSDB, View.PUBLISHED, 0),
    HOUR_HEAP(
            "Millrace, heap, 30 days in an hour",
            Engine.MILLRACE,
            Backend.HEAP,
            View.PUBLISHED_IN_AN_HOUR,
            0),
    FOUR_WINDOWS(
            "Millrace, heap, average in 4 windows",
            Engine.MILLRACE,
            Backend.HEAP,
            View.FOUR_WINDOWS,
            0),
    SIXTEEN_WINDOWS(
            "Millrace, heap, average in 16 windows",
            Engine.MILLRACE,
            Backend.HEAP,
            View.SIXTEEN_WINDOWS,
            0),
    HOT_HEAP("Millrace, heap, hot entity", Engine.MILLRACE, Backend.HEAP, View.PUBLISHED, 0.9),
    HOT_ROCKSDB(
            "Millrace, RocksDB, hot entity", Engine.MILLRACE, Backend.ROCKSDB, View.PUBLISHED, 0.9);

    /** What computes the features. */
    enum Engine {
        NONE,
        MILLRACE,
        SQL
    }

    /** Where state and timers live. */
    enum Backend {
        HEAP,
        ROCKSDB,
        ROCKSDB_HEAP_TIMERS
    }

    /** Which features are computed. */
    enum View {
        /** The 12 windowed features of the published benchmark. */
        PUBLISHED(1),
        /** The same, with a customer's 30 days in an hour. */
        PUBLISHED_IN_AN_HOUR(30 * 24),
        /** The average amount of a customer over 4 windows up to 30 days. */
        FOUR_WINDOWS(1),
        /** The same over 16 windows. */
        SIXTEEN_WINDOWS(1);

        private final int compression;

        View(int compression) {
            this.compression = compression;
        }

        /** How many times shorter than 30 days its longest window is. */
        int compression() {
            return compression;
        }
    }

    private final String title;
    private final Engine engine;
    private final Backend backend;
    private final View view;
    private final double hotShare;

    FeaturesVariant(String title, Engine engine, Backend backend, View view, double hotShare) {
        this.title = title;
        this.engine = engine;
        this.backend = backend;
        this.view = view;
        this.hotShare = hotShare;
    }

    /**
     * The variant of a name as it is typed: {@code millrace-heap}.
     *
     * @throws Arguments.BadArgumentException when there is none
     */
    static FeaturesVariant named(String name) {
        return TypedName.find(name, values());
    }

    /** Its name as it is typed on the command line. */
    String typed() {
        return TypedName.of(this);
    }

    String title() {
        return title;
    }

    Engine engine() {
        return engine;
    }

    Backend backend() {
        return backend;
    }

    View view() {
        return view;
    }

    /** Its rows. */
    Traffic traffic(int customers) {
        return new Traffic(customers, hotShare, view.compression());
    }
}
