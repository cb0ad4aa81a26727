/** What an object says of the shared parameters, as a polynomial. */
package org.sidereus.engine.polynomial;
