package org.sidereus.http;

/** Responds to requests. Several threads call it at once. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Responds to a complete request, whose body was read. What it throws becomes a response of
   * status 500.
   */
  HttpResponse handle(HttpRequest request);

  /**
   * The response to a request that does not reach {@link #handle}: one that is not HTTP, too large,
   * for another host, or that failed.
   *
   * @param status of HTTP, 400 or higher
   * @param sentence what is wrong
   */
  default HttpResponse.Whole refuse(int status, String sentence) {
    return HttpResponse.text(status, "text/plain; charset=utf-8", sentence + "\n");
  }
}
