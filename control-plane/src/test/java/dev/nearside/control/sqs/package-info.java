/** Tests of queues as their users see them. */
package dev.nearside.control.sqs;
