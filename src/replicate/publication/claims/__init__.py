"""A page for each claim, at an address that stays: the figure, what was computed, the verdict, and what it does not show."""
