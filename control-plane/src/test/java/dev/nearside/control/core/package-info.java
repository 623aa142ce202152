/** Tests of publication and the node watch. */
package dev.nearside.control.core;
