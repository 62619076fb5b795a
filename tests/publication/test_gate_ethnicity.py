import pytest

from replicate.derivations.kinds.registry import derivations
from replicate.ledger import claims
from replicate.publication.gate import is_share_by_ethnicity, refuse_shares
from replicate.vocabulary.errors import RunError

BARE = [
    "<p>Of suspects in Rotherham 66 % were Asian.</p>",
    "<p>White perpetrators were 83 per cent.</p>",
    "<p>White British: 5 % of suspects.</p>",
    "<p>Black Suspects Were 5 %</p>",
    "<p>Mixed: 5 % of suspects.</p>",
    "<table><tr><th>C08</th><td>attributed to the audit</td><td>52 %</td></tr></table>",
    "<ul><li>Claim H11b: 13.7\N{NO-BREAK SPACE}%</li></ul>",
    '<svg role="img" aria-label="Suspects recorded as Asian: 52 %"></svg>',
    "<h3>52 % of suspects are Asian</h3><p>Much is missing; bounds are below.</p>",
    '<section class="verdict"><h3>Claim C08: Suspects recorded as Asian</h3><dl><dt>Published</dt><dd>52 %</dd></dl></section>',
    "<tr><td>suspects who are White: 38 %</td><td>the share that is missing is 66 %</td></tr>",
]

WHOLE = [
    "<p>Of suspects 83 % were White; ethnicity is missing for 66 %: the share of all could be 27.6 % to 94.5 %.</p>",
    "<table><tr><th>C08</th><td>52 %</td><td>cannot be bounded: the share that is missing is not published</td></tr></table>",
    '<section class="verdict"><h3>Claim C08: Suspects recorded as Asian</h3><dl><dt>Published</dt><dd>52 %</dd>'
    "<dt>Reason</dt><dd>It cannot be bounded: the share missing is not published.</dd></dl></section>",
    "<p>Of residents 20.9 % are Asian; the share of suspects is not set beside it.</p>",
    "<p>C08 and C09 are shares by ethnicity; of 52 claims some are.</p>",
    "<p>Half of the suspects were aged 10 to 17: 48 %.</p>",
    "<p>The White Paper is cited.</p>",
    "<p>In the Black Country, 5% of offenders were women.</p>",
    "<p>At White City 5 % of suspects were charged.</p>",
    "<p>Mixed results: 5 % of suspects were charged.</p>",
    "",
]


@pytest.mark.parametrize("html", BARE)
def test_a_share_without_its_missing_share_and_bounds_is_refused_with_its_place(html: str) -> None:
    with pytest.raises(
        RunError, match="a share by ethnicity without its missing share and bounds"
    ) as caught:
        refuse_shares(f"<main>{html}</main>", where="00_headline_figures.html")
    assert caught.value.where == "00_headline_figures.html"
    assert "%" in str(caught.value.got) or "per cent" in str(caught.value.got)


@pytest.mark.parametrize("html", WHOLE)
def test_what_says_how_much_is_missing_or_is_no_share_of_suspects_passes(html: str) -> None:
    refuse_shares(f"<main>{html}</main>", where="a page")


def test_the_claims_found_by_their_words_are_those_that_are_derived_with_bounds() -> None:
    by_words = {
        claim.id for claim in claims().values() if is_share_by_ethnicity(claim) and not claim.shows
    }
    derived = {
        name
        for name, derivation in derivations().items()
        if derivation.kind == "share_by_ethnicity"
    }
    assert by_words == derived
