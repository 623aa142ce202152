/** Tests of what is remembered. */
package dev.nearside.control.auth;
