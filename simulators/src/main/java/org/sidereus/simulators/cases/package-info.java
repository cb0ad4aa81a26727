/** Science cases: a simulator, and what is known of the surveys that observe its objects. */
package org.sidereus.simulators.cases;
