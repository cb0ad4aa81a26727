/** Forward models, training sets, training of emulators and flows, calibration. */
package org.sidereus.simulators.run;
