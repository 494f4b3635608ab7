package io.millrace.benchmarks;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of rows, each when it is due. As a source of Kafka does, it gives all that is due one
 * by one, and then says that there is nothing yet.
 */
final class PacedSource extends NumberSequenceSource {
    private static final long serialVersionUID = 1L;

    private final Pace pace;

    PacedSource(Pace pace) {
        super(0, pace.rows() - 1);
        this.pace = pace;
    }

    @Override
    public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) {
        return new PacedReader(super.createReader(context), pace);
    }

    private static final class PacedReader implements SourceReader<Long, NumberSequenceSplit> {
        private final SourceReader<Long, NumberSequenceSplit> numbers;
        private final Pace pace;
        private final long longestNanos;
        private @Nullable CompletableFuture<Void> due;
        private long row;
        private long dueNanos;

        PacedReader(SourceReader<Long, NumberSequenceSplit> numbers, Pace pace) {
            this.numbers = numbers;
            this.pace = pace;
            this.longestNanos =
                    pace.dueNanos(1) == 0 ? (long) (pace.seconds() * 1e9) : Long.MAX_VALUE;
        }

        @Override
        public void start() {
            numbers.start();
        }

        @Override
        public InputStatus pollNext(ReaderOutput<Long> output) throws Exception {
            if (row > 0) {
                long passed = LatencyLog.passedNanos();
                if (passed < dueNanos) {
                    return InputStatus.NOTHING_AVAILABLE;
                }
                if (passed > longestNanos) {
                    return InputStatus.END_OF_INPUT;
                }
            } else {
                LatencyLog.begin();
            }
            due = null;
            InputStatus status = numbers.pollNext(output);
            // A number was given only where there may be more.
            if (status == InputStatus.MORE_AVAILABLE) {
                row++;
                dueNanos = pace.dueNanos(row);
            }
            return status;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            long nanos = row == 0 ? 0 : dueNanos - LatencyLog.passedNanos();
            if (nanos <= 0) {
                return numbers.isAvailable();
            }
            if (due == null) {
                due =
                        new CompletableFuture<Void>()
                                .completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
            }
            return due;
        }

        @Override
        public List<NumberSequenceSplit> snapshotState(long checkpointId) {
            return numbers.snapshotState(checkpointId);
        }

        @Override
        public void addSplits(List<NumberSequenceSplit> splits) {
            numbers.addSplits(splits);
        }

        @Override
        public void notifyNoMoreSplits() {
            numbers.notifyNoMoreSplits();
        }

        @Override
        public void close() throws Exception {
            numbers.close();
        }
    }
}
