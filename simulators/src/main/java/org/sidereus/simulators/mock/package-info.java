/** Mock surveys: objects of groups with known parameters, and their files. */
package org.sidereus.simulators.mock;
