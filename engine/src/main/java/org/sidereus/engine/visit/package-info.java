/** Several visits of one object, combined into one set of measurements. */
package org.sidereus.engine.visit;
