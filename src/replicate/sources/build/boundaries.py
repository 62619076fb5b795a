"""Outlines of the 43 force areas, small enough to ship and drawn on a plane.

The plane is a transverse Mercator projection of the sphere about 2 degrees west and 49 degrees
north, the centre line of the British National Grid (Snyder, Map Projections: A Working Manual, USGS
1987, equations 8-1 and 8-3). It is conformal, so shapes are true and both axes have one scale:
kilometres. It is for drawing, not for surveying.
"""

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from replicate.sources.build.cells import Files, force

RADIUS = 6371.0
"""Mean radius of the earth, in kilometres."""

TOLERANCE = 0.6
"""How far, in kilometres, a simplified outline may leave the true one: under a pixel of a map 600
pixels high."""

SMALLEST = 10.0
"""Islands and fragments under so many square kilometres are left out, except where nothing else
would be left."""

_FINEST = 0.1
"""A small area keeps its shape: the tolerance is never more than this share of the side of a square
as large."""

Points = npt.NDArray[np.float64]


def build(files: Files) -> pd.DataFrame:
    """Project and simplify the outlines.

    Returns
    -------
    pandas.DataFrame
        force, and rings: a list of closed outlines, the largest first, each a list of [x, y] in
        kilometres. Rows go from the largest area to the smallest, so that in this order the City of
        London is drawn on top of the area around it; holes are left out.
    """
    path = files["ons-boundaries-pfa-2023"]
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    rows = [
        (force(feature["properties"]["PFA23NM"], str(path)), _rings(feature["geometry"]))
        for feature in features
    ]
    rows.sort(key=lambda row: -sum(area(np.array(ring)) for ring in row[1]))
    return pd.DataFrame(rows, columns=["force", "rings"])


def project(degrees: Points) -> Points:
    """Project longitude and latitude, in degrees, to x and y in kilometres.

    Examples
    --------
    >>> project(np.array([[-2.0, 49.0]])).tolist()
    [[0.0, 0.0]]
    """
    east = np.radians(degrees[:, 0] + 2.0)
    latitude = np.radians(degrees[:, 1])
    x = np.arctanh(np.cos(latitude) * np.sin(east))
    y = np.arctan2(np.tan(latitude), np.cos(east)) - np.radians(49.0)
    return RADIUS * np.column_stack([x, y])


def simplify(ring: Points, tolerance: float) -> Points:
    """Leave out the points of a closed outline that lie within the tolerance of what is kept.

    The rule is Douglas and Peucker's (Cartographica 10, 1973): keep the point farthest from the
    chord, and do the same on either side of it, until none is farther than the tolerance. The
    outline is cut at its first point and at the one farthest from it.

    Examples
    --------
    >>> square = np.array([[0, 0], [1, 0.01], [2, 0], [2, 2], [0, 2], [0, 0]], dtype=float)
    >>> simplify(square, 0.1).tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]]
    """
    far = int(np.hypot(*(ring - ring[0]).T).argmax())
    kept = {0, far, len(ring) - 1}
    spans = [(0, far), (far, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        distances = _distances(ring[first + 1 : last], ring[first], ring[last])
        if len(distances) and distances.max() > tolerance:
            middle = first + 1 + int(distances.argmax())
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return ring[sorted(kept)]


def area(ring: Points) -> float:
    """Return the area inside a closed outline, by the shoelace formula.

    Examples
    --------
    >>> area(np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], dtype=float))
    4.0
    """
    x, y = ring.T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)


def _distances(points: Points, start: Points, end: Points) -> Points:
    """Distances from points to the segment between two ends."""
    along = end - start
    length = float(along @ along)
    share = np.clip((points - start) @ along / length, 0, 1) if length else np.zeros(len(points))
    distances: Points = np.hypot(*(points - start - share[:, None] * along).T)
    return distances


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    """Project the outer outlines, drop the small ones, simplify the rest, round to 100 metres."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    outlines = [project(np.array(polygon[0])) for polygon in polygons]
    outlines.sort(key=area, reverse=True)
    large = [ring for ring in outlines if area(ring) >= SMALLEST] or outlines[:1]
    shares = [min(TOLERANCE, _FINEST * area(ring) ** 0.5) for ring in large]
    simple = [simplify(ring, share) for ring, share in zip(large, shares, strict=True)]
    return [np.round(ring, 1).tolist() for ring in simple]
