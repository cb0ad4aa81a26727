package org.sidereus.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Server-sent events to one client. Any thread may send. No call waits for the client: what it has
 * not received waits, and a client for which more than a mebibyte waits is closed.
 */
public final class EventStream implements AutoCloseable {
  private static final int MAX_WAITING_BYTES = 1 << 20;

  private final Writer writer;
  private final Runnable hangUp;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private final List<Runnable> closers = new ArrayList<>();
  private boolean isClosing;
  private boolean isClosed;

  /**
   * @param hangUp closes the connection, whatever is being written
   */
  EventStream(Response response, Callback end, Runnable hangUp) {
    writer = new Writer(response, end);
    this.hangUp = hangUp;
  }

  /**
   * Sends an event.
   *
   * @param event its name, without line ends
   * @param data may have several lines
   * @return whether the stream is open; an event sent to a closed one is dropped
   */
  public boolean send(String event, String data) {
    StringBuilder text = new StringBuilder();
    text.append("event: ").append(event).append('\n');
    // a blank line would end the event
    data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
    if (data.isEmpty()) {
      text.append("data:\n");
    }
    return queue(text.append('\n').toString());
  }

  /** Shows client and network that the stream lives. */
  void beat() {
    queue(":\n\n");
  }

  /** Whether the client may still receive something. */
  public synchronized boolean isOpen() {
    return !isClosing && !isClosed;
  }

  /** Runs something once the stream is closed by either side; at once if it is. */
  public void onClose(Runnable action) {
    synchronized (this) {
      if (!isClosed) {
        closers.add(action);
        return;
      }
    }
    action.run();
  }

  /** Ends the stream after what waits. */
  @Override
  public void close() {
    synchronized (this) {
      isClosing = true;
    }
    writer.iterate();
  }

  /** The client is gone. */
  void failed(Throwable failure) {
    writer.abort(failure);
  }

  private boolean queue(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean fits;
    synchronized (this) {
      if (isClosing || isClosed) {
        return false;
      }
      fits = waiting.size() + bytes.length <= MAX_WAITING_BYTES;
      if (fits) {
        waiting.writeBytes(bytes);
      }
    }
    if (fits) {
      writer.iterate();
    } else {
      failed(new IllegalStateException("the client reads too slowly"));
      hangUp.run();
    }
    return isOpen();
  }

  /** Takes what waits; empty: nothing, and the stream may stay open. */
  private synchronized byte[] take() {
    byte[] bytes = waiting.toByteArray();
    waiting.reset();
    return bytes;
  }

  private synchronized boolean isAtEnd() {
    return isClosing && waiting.size() == 0;
  }

  private void closed() {
    List<Runnable> actions;
    synchronized (this) {
      isClosed = true;
      waiting.reset();
      actions = List.copyOf(closers);
      closers.clear();
    }
    actions.forEach(Runnable::run);
  }

  /** Writes one buffer after the other; nothing is written at the same time. */
  private final class Writer extends IteratingCallback {
    private final Response response;
    private final Callback end;

    Writer(Response response, Callback end) {
      this.response = response;
      this.end = end;
    }

    @Override
    protected Action process() {
      byte[] bytes = take();
      if (bytes.length > 0) {
        response.write(false, ByteBuffer.wrap(bytes), this);
        return Action.SCHEDULED;
      }
      return isAtEnd() ? Action.SUCCEEDED : Action.IDLE;
    }

    @Override
    protected void onAborted(Throwable failure) {
      closed();
    }

    @Override
    protected void onCompleteSuccess() {
      closed();
      end.succeeded();
    }

    @Override
    protected void onCompleteFailure(Throwable failure) {
      closed();
      end.failed(failure);
    }
  }
}
