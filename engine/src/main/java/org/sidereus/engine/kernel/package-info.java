/** Evaluates posterior graphs by a kernel of machine code, where the build had a C++ compiler. */
package org.sidereus.engine.kernel;
