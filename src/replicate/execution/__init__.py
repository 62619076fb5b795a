"""Runs any parameterised notebook, strictly, and knows nothing of its subject."""
