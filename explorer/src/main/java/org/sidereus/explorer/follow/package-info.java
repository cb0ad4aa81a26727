/** Follows the topics: from records to the database, and to the pages that are open. */
package org.sidereus.explorer.follow;
