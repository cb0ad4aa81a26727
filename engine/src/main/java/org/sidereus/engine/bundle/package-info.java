/** Bundles: what a trained model says of itself, and whether its files fit that. */
package org.sidereus.engine.bundle;
