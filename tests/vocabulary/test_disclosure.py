from replicate.vocabulary.disclosure import disclosure


def test_the_rule_of_the_department_for_education_is_as_published() -> None:
    """Counts of 1 to 5 are suppressed and shown as c, totals rounded to ten (Children in need, methodology of 2020)."""
    rules = {(rule.publisher, rule.applies_to): rule for rule in disclosure().rules}
    small = rules[
        "Department for Education", "factors at the end of assessment, counts from 1 to 5"
    ]
    assert small.published_as.startswith("suppressed, shown as c")
    assert "bounds 1 and 5" in small.here


def test_the_sentence_says_what_is_never_done() -> None:
    assert "never worked out from other cells" in disclosure().sentence
    assert disclosure().sentence.endswith(".")
