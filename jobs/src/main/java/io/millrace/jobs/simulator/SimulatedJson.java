package io.millrace.jobs.simulator;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Writes records as the JSON of the transaction and label topics: times are ISO 8601 in UTC, an
 * amount is a number with two decimals. Holds a buffer: for one thread.
 */
public final class SimulatedJson {
    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final int CAPACITY = 512;

    private static final byte[] ID = ascii("{\"transaction_id\":");
    private static final byte[] TRANSACTION_TIME = ascii(",\"tx_time\":\"");
    private static final byte[] LABEL_TIME = ascii(",\"label_time\":\"");
    private static final byte[] CUSTOMER = ascii("\",\"customer_id\":");
    private static final byte[] TERMINAL = ascii(",\"terminal_id\":");
    private static final byte[] AMOUNT = ascii(",\"amount\":");
    private static final byte[] FRAUD = ascii(",\"fraud\":true}");
    private static final byte[] GENUINE = ascii(",\"fraud\":false}");

    // The longest record has five numbers of 20 digits: 200 bytes would do.
    private final byte[] buffer = new byte[CAPACITY];
    private int length;

    private long epochDay = Long.MIN_VALUE;
    private byte[] date = new byte[0];

    /** One transaction; the caller's own bytes. */
    public byte[] encode(SimulatedTransaction transaction) {
        length = 0;
        put(ID);
        put(transaction.id());
        put(TRANSACTION_TIME);
        putTime(transaction.eventTimeMillis());
        put(CUSTOMER);
        put(transaction.customerId());
        put(TERMINAL);
        put(transaction.terminalId());
        put(AMOUNT);
        putAmount(transaction.amountCents());
        put('}');
        return Arrays.copyOf(buffer, length);
    }

    /** One label; the caller's own bytes. */
    public byte[] encode(SimulatedLabel label) {
        length = 0;
        put(ID);
        put(label.transactionId());
        put(LABEL_TIME);
        putTime(label.eventTimeMillis());
        put(CUSTOMER);
        put(label.customerId());
        put(TERMINAL);
        put(label.terminalId());
        put(label.fraud() ? FRAUD : GENUINE);
        return Arrays.copyOf(buffer, length);
    }

    private void putTime(long epochMillis) {
        long day = Math.floorDiv(epochMillis, MILLIS_PER_DAY);
        if (day != epochDay) {
            epochDay = day;
            date = ascii(LocalDate.ofEpochDay(day) + "T");
        }
        int millis = Math.floorMod(epochMillis, (int) MILLIS_PER_DAY);
        put(date);
        putDigits(millis / 3_600_000, 2);
        put(':');
        putDigits(millis / 60_000 % 60, 2);
        put(':');
        putDigits(millis / 1_000 % 60, 2);
        if (millis % 1_000 != 0) {
            put('.');
            putDigits(millis % 1_000, 3);
        }
        put('Z');
    }

    private void putAmount(long cents) {
        if (cents < 0) {
            put('-');
        }
        put(Math.abs(cents / 100));
        put('.');
        putDigits(Math.abs(cents % 100), 2);
    }

    private void put(long number) {
        if (number < 0) {
            put(ascii(Long.toString(number)));
            return;
        }
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        putDigits(number, digits);
    }

    private void putDigits(long number, int digits) {
        long rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            buffer[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void put(char character) {
        buffer[length++] = (byte) character;
    }

    private void put(byte[] bytes) {
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
