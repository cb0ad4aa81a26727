/** Times of observation as tables write them: their formats and scales. */
package org.sidereus.catalogs.time;
