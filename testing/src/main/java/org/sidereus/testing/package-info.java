/** Fixtures below all other modules: small graphs, and a bundle with a known posterior. */
package org.sidereus.testing;
