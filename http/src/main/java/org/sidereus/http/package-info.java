/** An HTTP server with limits: its threads, times, sizes and connections are bounded. */
package org.sidereus.http;
