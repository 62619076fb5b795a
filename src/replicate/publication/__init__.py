"""Executed notebooks and verdicts made into pages: readable by anyone, without scripts, without a single request to elsewhere."""
