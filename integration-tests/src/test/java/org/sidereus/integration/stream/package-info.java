/** The whole way of the data: events in, posteriors and rejections out. */
package org.sidereus.integration.stream;
