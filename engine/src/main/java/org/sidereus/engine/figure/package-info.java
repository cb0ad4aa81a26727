/** Figures without a display: SVG images, diagrams, contours of densities. */
package org.sidereus.engine.figure;
