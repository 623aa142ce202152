/** SQS: queues whose messages are rows, for its API and for Lambda, which sends to them and reads from them. */
@NullMarked
package dev.nearside.control.sqs;

import org.jspecify.annotations.NullMarked;
