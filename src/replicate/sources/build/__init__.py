"""From source files to tidy tables: one module a family of tables."""
