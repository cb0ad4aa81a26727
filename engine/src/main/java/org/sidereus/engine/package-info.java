/** What all packages of the engine library share: its exception and the progress of long work. */
package org.sidereus.engine;
