"""Tests of the sources; a package, so that they can share a writer of workbooks and a server."""
