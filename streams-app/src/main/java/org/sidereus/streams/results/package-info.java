/** Posteriors for readers: reading their topics, JSON, and the comparison of bundles. */
package org.sidereus.streams.results;
