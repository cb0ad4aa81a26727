/** Small matrices, and sums in a fixed order. */
package org.sidereus.engine.numerics;
