/** The archive of posteriors: each once, whatever kills it. */
package org.sidereus.integration.archive;
