/** Tests of the wire protocols. */
package dev.nearside.control.aws;
