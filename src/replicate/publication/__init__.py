"""Executed notebooks and verdicts made into pages that anyone can read, offline."""
