/** The whole stream: events in, posteriors and rejections out. */
package org.sidereus.integration.stream;
