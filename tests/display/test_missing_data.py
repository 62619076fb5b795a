"""What notebook 04 says of missing data: the right numbers, and no share without its bounds."""

from replicate.derivations import missing_data
from replicate.display import missing_data as shown
from replicate.display import rows_plot
from replicate.vocabulary.parameters import MissingData

P = "\N{NO-BREAK SPACE}%"


def test_the_main_points_carry_the_numbers_of_the_tables() -> None:
    """17,100 flagged and 37 %: 17,050 x 0.365 to 17,150 / 0.365; DfE's 20,000 and 12,400."""
    ethnicity, flags, care = shown.findings()
    assert "7 published shares cannot be bounded; the bounds of the other 7 are" in ethnicity
    pairs = missing_data.pairs(missing_data.shares())
    assert f"{pairs['overlap'].sum()} of {len(pairs)} pairs of groups overlap" in ethnicity
    assert f"from {17_050 * 0.365:,.0f} to {17_150 / 0.365:,.0f}." in flags
    assert "17,100" in flags
    moved = 100 * (12_400 / 20_000 - 1)
    assert f"changed by −{-moved:.1f}{P} from 2018 to 2025. That is not a fall in abuse." in care


def test_bounds_are_drawn_for_those_that_have_them_under_their_missing_share() -> None:
    shares = missing_data.shares()
    rows = shown.bounds_rows(shares)
    drawn = rows_plot(rows, kind="bounds", unit="%", label="Shares")
    bars = [len(bars.get_paths()) for bars in drawn.axes[0].collections]
    assert sum(bars) == shares["lower"].notna().sum() > 0
    assert rows["group"].str.contains(r": missing share not published$|missing$").all()


def test_a_curve_is_never_told_without_the_worst_case() -> None:
    drawn = shown.odds_curve(MissingData(odds_lowest=0.25))
    assert "Odds ratios of 0.25 to 2 leave a share open by up to" in drawn.text
    worst = f"Ethnicity is 65.5 to 66.5{P} missing for these suspects"
    assert f"{worst}; whatever the missing are, of all suspects: White could be" in drawn.text
    assert f"Asian could be 2.2 to 69.0{P}" in drawn.text
