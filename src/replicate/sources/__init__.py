"""Where the numbers come from: the catalogue of sources, the builder, and the tidy tables behind typed loaders."""
