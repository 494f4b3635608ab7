package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.ModelUpdate;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final ModelUpdate FIRST = update(1, 0);

    @Property
    void whatAnswersIsTheNewestAnnouncementThatHasBegun(
            @ForAll("announcements") @Size(max = 12) List<ModelUpdate> announced,
            @ForAll @LongRange(max = 25) long timeMillis) {
        var timeline = Timeline.of(FIRST);
        for (ModelUpdate update : announced) {
            timeline = timeline.plus(update);
        }
        assertThat(timeline.at(timeMillis)).isEqualTo(literally(announced, timeMillis));
        assertThat(timeline.last()).isEqualTo(literally(announced, Long.MAX_VALUE));
    }

    @Property
    void betweenTwoEdgesNothingChanges(
            @ForAll("announcements") @Size(max = 12) List<ModelUpdate> announced,
            @ForAll @LongRange(max = 25) long timeMillis) {
        var timeline = Timeline.of(FIRST);
        for (ModelUpdate update : announced) {
            timeline = timeline.plus(update);
        }
        var answer = timeline.at(timeMillis);
        long since = Math.max(0, timeline.since(timeMillis));
        long until = Math.min(30, timeline.until(timeMillis));
        assertThat(timeMillis).isBetween(since, until - 1);
        for (long time = since; time < until; time++) {
            assertThat(timeline.at(time)).isEqualTo(answer);
        }
        boolean isOver = true;
        for (long time = timeMillis; time < 30; time++) {
            isOver &= !timeline.at(time).digest().equals("sha256:3");
        }
        assertThat(timeline.isOver("sha256:3", timeMillis)).isEqualTo(isOver);
    }

    @Test
    void whatAnsweredBeforeIsTheLastOtherVersion() {
        var timeline =
                Timeline.of(update(1, 0))
                        .plus(update(2, 10))
                        .plus(update(2, 20))
                        .plus(update(1, 30));
        assertThat(timeline.before(5)).isNull();
        assertThat(timeline.before(15)).isEqualTo(update(1, 0));
        assertThat(timeline.before(25)).isEqualTo(update(1, 0));
        assertThat(timeline.before(30)).isEqualTo(update(2, 20));
    }

    @Test
    void aRollbackRevokesWhatWasToCome() {
        var timeline = Timeline.of(FIRST).plus(update(2, 100)).plus(update(1, 90));
        assertThat(timeline.at(150).version()).isEqualTo("1");
        assertThat(timeline.until(90)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theFirstAnnouncementAnswersWhatIsBeforeIt() {
        var timeline = Timeline.of(FIRST).plus(update(2, 0)).plus(update(3, 50));
        assertThat(timeline.at(-1).version()).isEqualTo("2");
        assertThat(timeline.since(10)).isEqualTo(Long.MIN_VALUE);
    }

    private static ModelUpdate literally(List<ModelUpdate> announced, long timeMillis) {
        var all = new ArrayList<>(List.of(FIRST));
        all.addAll(announced);
        var answer = FIRST;
        for (ModelUpdate update : all) {
            answer = update.fromMillis() <= timeMillis ? update : answer;
        }
        return answer;
    }

    private static ModelUpdate update(int version, long fromMillis) {
        return new ModelUpdate("m", "" + version, "sha256:" + version, fromMillis, 0, "a test");
    }

    @Provide
    Arbitrary<List<ModelUpdate>> announcements() {
        var versions = Arbitraries.integers().between(1, 4);
        var times = Arbitraries.longs().between(0, 20);
        return versions.flatMap(version -> times.map(time -> update(version, time))).list();
    }
}
