/** Forward models: from the parameters of an object to its observables without noise. */
package org.sidereus.simulators.model;
