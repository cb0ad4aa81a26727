/** {@code sidereus bench stream}: how many events the whole stream answers, and how soon. */
package org.sidereus.benchmarks.stream;
