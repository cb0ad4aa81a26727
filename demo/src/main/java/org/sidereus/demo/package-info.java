/** The demo: it replays a survey and shows the posteriors of its groups. */
package org.sidereus.demo;
