"""The field's own words: periods, forces, offence codes, definitions, uncertainty and errors."""
