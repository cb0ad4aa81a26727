/** The explorer over a real stream: its API, and its pages in a real browser. */
package org.sidereus.integration.explorer;
