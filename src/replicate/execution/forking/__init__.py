"""Forks processes from a parent that has imported what they need; light, because each of them holds what this imports."""
