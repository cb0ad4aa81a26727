/** Case files: parameters, observables, errors and priors of a science case without code. */
package org.sidereus.simulators.casefile;
