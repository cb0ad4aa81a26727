/** The HTTP endpoints of the service and its metrics. */
package org.sidereus.streams.http;
