/** The explorer: pages and a JSON API over the topics of posteriors and rejections. */
package org.sidereus.explorer;
