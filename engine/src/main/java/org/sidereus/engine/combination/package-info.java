/** Combination of the posteriors of the objects of a group. */
package org.sidereus.engine.combination;
