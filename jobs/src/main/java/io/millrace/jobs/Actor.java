package io.millrace.jobs;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who types a command, for the audit. */
final class Actor {
    private Actor() {}

    /** {@code user@host}, as this machine says it. */
    static String person() {
        return System.getProperty("user.name") + "@" + host();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine that does not know its own name still has a user.
            return "unknown";
        }
    }
}
