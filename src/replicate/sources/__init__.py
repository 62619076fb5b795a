"""Where the numbers come from: the catalogue of sources, the builders, and the tidy tables."""
