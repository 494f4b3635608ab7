package io.millrace.registry;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Takes an answer's body until it ends or its taker has had enough; then the connection is closed.
 *
 * <p>Invariant: after {@link #stop()} the taker is given nothing more, whatever still arrives.
 */
final class BoundedBody implements BodySubscriber<@Nullable Void> {
    private final Taker taker;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    private @Nullable Subscription subscription;
    private boolean stopped;

    /** Takes bytes, and says whether it wants more. */
    @FunctionalInterface
    interface Taker {
        boolean take(ByteBuffer bytes) throws IOException;
    }

    BoundedBody(Taker taker) {
        this.taker = taker;
    }

    @Override
    public CompletionStage<@Nullable Void> getBody() {
        return done;
    }

    @Override
    public synchronized void onSubscribe(Subscription given) {
        subscription = given;
        if (stopped) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        if (stopped || subscription == null) {
            return;
        }
        try {
            for (var buffer : buffers) {
                if (!taker.take(buffer)) {
                    stop();
                    return;
                }
            }
            subscription.request(1);
        } catch (IOException e) {
            fail(new NotTakenException(e));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(null);
    }

    private synchronized void fail(Exception why) {
        done.completeExceptionally(why);
        stop();
    }

    /** Ends the answer here. */
    synchronized void stop() {
        stopped = true;
        if (subscription != null) {
            subscription.cancel();
        }
        done.complete(null);
    }

    /** The bytes came, and could not be put where they belong: no fault of the server's. */
    static final class NotTakenException extends IOException {
        private static final long serialVersionUID = 1L;

        NotTakenException(IOException cause) {
            super(cause);
        }
    }
}
