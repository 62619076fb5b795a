"""Pure functions on frames: counts, revisions, rates, recording, missing data, list estimates."""
