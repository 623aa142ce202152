/** What tests of every module share. */
package dev.nearside.kit.testing;
