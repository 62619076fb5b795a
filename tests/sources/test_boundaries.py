"""Simplified outlines of the force areas."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.sources import tables
from replicate.sources.build.boundaries import TOLERANCE, area, build, project, simplify
from replicate.vocabulary.forces import TERRITORIAL

tenths = st.integers(-1000, 1000).map(
    lambda tenth: tenth / 10
)  # the table keeps tenths of a kilometre
coordinates = st.tuples(tenths, tenths)


def square(west: float, south: float, side: float) -> list[list[float]]:
    return [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]


def write(
    folder: Path, *polygons: list[list[list[float]]], kind: str = "MultiPolygon"
) -> dict[str, Path]:
    geometry = {
        "type": kind,
        "coordinates": list(polygons) if kind == "MultiPolygon" else polygons[0],
    }
    feature = {"properties": {"PFA23NM": "Kent"}, "geometry": geometry}
    path = folder / "b.geojson"
    path.write_text(json.dumps({"features": [feature]}), encoding="utf-8")
    return {"ons-boundaries-pfa-2023": path}


def test_a_degree_of_latitude_on_the_centre_line_is_111_kilometres() -> None:
    """6,371 km times pi over 180."""
    north, south = project(np.array([[-2.0, 53.0], [-2.0, 52.0]]))
    assert north - south == pytest.approx([0, 6371 * np.pi / 180])


def test_a_distance_off_the_centre_line_is_the_great_circles_to_a_thousandth() -> None:
    """London (0.1278 W, 51.5074 N) to Manchester (2.2426 W, 53.4808 N) by the haversine formula on the same sphere.

    The projection stretches by at most 1/cos of the distance from its centre line: under a thousandth at 200 km.
    """
    places = np.array([[-0.1278, 51.5074], [-2.2426, 53.4808]])
    (east, north), (other_east, other_north) = np.radians(places)
    haversine = (
        np.sin((other_north - north) / 2) ** 2
        + np.cos(north) * np.cos(other_north) * np.sin((other_east - east) / 2) ** 2
    )
    flat = np.hypot(*np.diff(project(places), axis=0)[0])
    assert flat == pytest.approx(2 * 6371 * np.arcsin(np.sqrt(haversine)), rel=1e-3)


@given(st.lists(coordinates, min_size=3, max_size=30), st.floats(0.01, 20))
def test_no_point_left_out_is_farther_than_the_tolerance_from_the_outline_kept(
    points: list[tuple[float, float]], tolerance: float
) -> None:
    ring = np.array([*points, points[0]])
    kept = simplify(ring, tolerance)
    assert kept[0].tolist() == kept[-1].tolist() == ring[0].tolist()
    assert {tuple(point) for point in kept.tolist()} <= {tuple(point) for point in ring.tolist()}
    for point in ring:
        assert (
            min(distance(point, start, end) for start, end in itertools.pairwise(kept))
            <= tolerance + 1e-9
        )


def distance(point: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    """Measure the distance from a point to a segment, in complex numbers."""
    p, a, b = (complex(*place) for place in (point, start, end))
    share = min(max(((p - a) * (b - a).conjugate()).real / abs(b - a) ** 2, 0), 1) if a != b else 0
    return abs(a + share * (b - a) - p)


def test_islands_too_small_are_dropped_and_the_largest_outline_comes_first(tmp_path: Path) -> None:
    islet, island, mainland = square(-3, 50, 0.01), square(-2.5, 50, 0.1), square(-2, 50, 1)
    (rings,) = build(write(tmp_path, [islet], [island], [mainland]))["rings"]
    sizes = [area(np.array(ring)) for ring in rings]
    assert len(rings) == 2
    assert sizes == sorted(sizes, reverse=True)


def test_an_area_that_is_all_small_is_kept(tmp_path: Path) -> None:
    (rings,) = build(write(tmp_path, [square(-2, 50, 0.01)], kind="Polygon"))["rings"]
    assert len(rings) == 1
    assert area(np.array(rings[0])) > 0


def test_a_hole_is_left_out(tmp_path: Path) -> None:
    (rings,) = build(write(tmp_path, [square(-2, 50, 1), square(-1.6, 50.4, 0.2)], kind="Polygon"))[
        "rings"
    ]
    assert len(rings) == 1


def test_shipped_boundaries_keep_all_43_areas_and_their_sizes(source_data: Path) -> None:
    """The outline may move by the tolerance, so an area by no more than its circumference times it."""
    features = json.loads(
        (source_data / "boundaries/pfa_boundaries_buc.geojson").read_text(encoding="utf-8")
    )["features"]
    shipped = tables.boundaries().set_index("force")["rings"]
    assert sorted(shipped.index) == sorted(TERRITORIAL)
    for feature in features:
        name = feature["properties"]["PFA23NM"].replace("&", "and")
        polygons = (
            feature["geometry"]["coordinates"]
            if feature["geometry"]["type"] == "MultiPolygon"
            else [feature["geometry"]["coordinates"]]
        )
        outlines = [project(np.array(polygon[0])) for polygon in polygons]
        around = sum(np.hypot(*np.diff(ring, axis=0).T).sum() for ring in outlines)
        dropped = sum(area(ring) for ring in outlines if area(ring) < 10)
        difference = abs(
            sum(map(area, outlines)) - sum(area(np.array(ring)) for ring in shipped[name])
        )
        assert difference <= around * TOLERANCE + dropped


def test_shipped_boundaries_are_drawn_from_the_largest_to_the_city_of_london() -> None:
    table = tables.boundaries()
    sizes = [sum(area(np.array(ring)) for ring in rings) for rings in table["rings"]]
    assert sizes == sorted(sizes, reverse=True)
    assert table["force"].iloc[-1] == "London, City of"


def test_shipped_england_and_wales_measures_what_it_should() -> None:
    """England and Wales: 151,000 sq km of land (ONS, Standard Area Measurements). A two-hundredth allows for the coast's
    simplification, here and by the publisher, and for the sphere."""
    measured = sum(area(np.array(ring)) for rings in tables.boundaries()["rings"] for ring in rings)
    assert measured == pytest.approx(151_000, rel=0.005)
