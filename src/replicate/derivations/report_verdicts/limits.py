"""What is printed beside the verdicts so that nobody reads too much, or too much about anybody, into them."""

import pandas as pd

from replicate.vocabulary.disclosure import disclosure


def disclosure_rules() -> pd.DataFrame:
    """Return the rule against disclosure in force: publisher, applies_to, published_as, here."""
    return pd.DataFrame([rule.model_dump(exclude={"address"}) for rule in disclosure().rules])
