"""Knows what a result depends on, and so whether it still stands."""
