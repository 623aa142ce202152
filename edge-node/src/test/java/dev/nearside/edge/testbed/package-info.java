/** A whole node on loopback with a control plane and an origin that tests script. */
package dev.nearside.edge.testbed;
