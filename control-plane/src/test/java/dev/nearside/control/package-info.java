/** Tests of the control plane through its doors, and what they share. */
package dev.nearside.control;
