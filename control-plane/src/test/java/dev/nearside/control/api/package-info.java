/** Tests of the API as its users see it. */
package dev.nearside.control.api;
