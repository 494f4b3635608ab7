package io.millrace.registry;

import java.time.Duration;

/**
 * How long a server may take.
 *
 * @param attempt until one request is answered whole
 * @param total until a question is answered, which may take several requests and attempts
 * @param bytesPerSecond how fast a file must come: its size adds that much to both
 * @param firstPause before the second attempt; each further one doubles it
 */
record HttpLimits(Duration attempt, Duration total, long bytesPerSecond, Duration firstPause) {

    static final HttpLimits STANDARD =
            new HttpLimits(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    1 << 20,
                    Duration.ofMillis(200));

    Duration forBytes(Duration time, long bytes) {
        return time.plusMillis(bytes * 1000 / bytesPerSecond);
    }
}
