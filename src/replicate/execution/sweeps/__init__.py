"""Runs many notebooks or one with many parameters: from what is written in a file to a table of results."""
