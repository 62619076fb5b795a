"""The claims that notebook 02 answers for: all that the list names, each with a verdict and a reason, shares never bare."""

from replicate.derivations.recording_rates import listing
from replicate.ledger import Basis, claims

NAMED = [
    *("C02", "C06", "C07", "C08", "C09", "C10a", "C10b", "C11", "C12a", "C12b", "C22"),
    *("H06", "H07", "H08a", "H08b", "H08c", "H08d", "H11a", "H11b", "H12", "L11"),
    *("S19", "S19a", "S20", "S20a", "S21", "S21a", "S22a", "S22b", "S22c"),
]


def test_every_claim_on_recording_inspections_and_the_census_is_listed_and_every_other_that_is_named() -> (
    None
):
    series = [name for name, claim in claims().items() if name[0] in "RIFX" and not claim.shows]
    listed = {result.claim.id for result in listing.results()}
    assert listed == {*series, *NAMED}


def test_data_and_the_rest_are_apart_and_nothing_is_twice() -> None:
    data, rest = listing.listed(), listing.others()
    assert {claims()[name].basis for name in data["claim"]} == {Basis.DATA}
    assert {claims()[name].basis for name in rest["claim"]} == {Basis.ARITHMETIC, Basis.TEXT}
    assert len({*data["claim"], *rest["claim"]}) == len(data) + len(rest) == len(listing.results())


def test_each_has_a_verdict_and_a_reason_in_a_sentence() -> None:
    for row in [*listing.listed().to_dict("records"), *listing.others().to_dict("records")]:
        assert row["verdict"] != "not checked", row["claim"]
        assert row["reason"].endswith("."), row["claim"]


def test_what_is_not_public_or_not_held_says_what_is_needed() -> None:
    rows = listing.listed().set_index("claim")
    for verdict, said in (("not public", "needed: "), ("not held", "no copy could be had of: ")):
        assert rows.loc[rows["verdict"] == verdict, "reason"].str.contains(said).all()


def test_a_share_by_ethnicity_stands_with_what_is_missing() -> None:
    shares = (
        listing.listed().set_index("claim").loc[["C08", "C10a", "H08a", "H11b", "H12"], "published"]
    )
    assert shares.str.contains("cannot be bounded|could be").all()


def test_the_tally_counts_them() -> None:
    tally = listing.tally().set_index("verdict")["claims"]
    assert tally.to_dict() == listing.listed()["verdict"].value_counts().to_dict()
