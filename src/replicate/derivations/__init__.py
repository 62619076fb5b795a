"""Claim id → loader, analysis and arguments, as data: the one place where sources meet analysis."""
