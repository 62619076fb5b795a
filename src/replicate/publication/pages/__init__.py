"""The pages of the site that are not notebooks: index, areas, methods, data, definitions, accessibility."""
