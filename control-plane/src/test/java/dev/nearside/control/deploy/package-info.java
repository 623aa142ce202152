/** Tests of the catalog. */
package dev.nearside.control.deploy;
