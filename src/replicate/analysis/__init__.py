"""Pure functions on frames: counting, revisions, specification curves, rates and the year-area model."""
