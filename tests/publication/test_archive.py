"""An archive: what it holds, what it is refused for, and what it says of itself.

RO-Crate Metadata Specification 1.2 (https://w3id.org/ro/crate/1.2) and CODECHECK's configuration
1.0 say what descriptor, root, entities, references and manifest have to be.
"""

import csv
import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure

from replicate.display import figure, table
from replicate.publication.archive import archive, outputs, tracked
from replicate.publication.crate import crate
from replicate.publication.gate import refuse_page
from replicate.publication.runs import runs, sections
from replicate.sources.tables import shipped_home
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import RECORD, Inputs, Publication, Read

Make = Callable[..., Any]
Graph = dict[str, dict[str, Any]]
TABLE = "src/replicate/sources/tables/forces.parquet"
CITED = """\
cff-version: 1.2.0
title: "counts: recomputed"
version: 0.1.0
abstract: Recomputes counts.
authors:
  - name: the counts authors
  - given-names: Ada
    family-names: Counter
keywords: [replication]
"""
FILES = {
    "notebooks/01_counts.ipynb": "{}",
    "params/01_counts.yaml": "period: '2024'\n",
    "CITATION.cff": CITED,
    "README.md": "# Counts\n",
    "run.sh": "#!/bin/sh\n",
}
UNBOUNDED = "The share of all suspects cannot be bounded: it is missing."
VERDICTS = {
    "C01": ("compatible", ""),
    "C03": ("inconclusive", ""),
    "C06": ("not_public", ""),  # which has no page here
    "C08": ("not_public", UNBOUNDED),
    "V01": ("differs", ""),
}
PAGES = ["index", "01_counts", "forces/kent", *(f"claims/{name}" for name in VERDICTS)]


class Place(NamedTuple):
    project: Path
    executed: Path
    site: Path
    sweeps: Path

    def archive(self, target: Path) -> Path:
        return archive(self.project, self.executed, self.site, target, sweeps=self.sweeps)


def lay_out(place: Path, write_run: Make, make: Make) -> Place:
    """Lay out a project that lists its files as an unpacked archive does, two runs, and a site."""
    project, site = place / "project", place / "site"
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    (project / "run.sh").chmod(0o755)
    (project / TABLE).parent.mkdir(parents=True)
    shutil.copyfile(shipped_home() / "forces.parquet", project / TABLE)
    listed = [*FILES, TABLE, "outputs/runs/old.ipynb", "codecheck.yml"]
    (project / "SHA256SUMS").write_text("".join(f"{'0' * 64}  {name}\n" for name in listed))
    told = vars(Inputs.of(project / "notebooks" / "01_counts.ipynb", project))
    told |= {"started": datetime(2026, 4, 23, 23, 59, 59, tzinfo=UTC), "duration": 2.0}
    forces = Read.of("forces", shipped_home() / "forces.parquet")
    executed = write_run(
        place / "executed", "01_counts", make("# Counts"), tables=(forces,), **told
    )
    kent = write_run(place / "sweeps" / "swept", "kent", make("# Kent"), of="01_counts", **told)
    Publication(section="forces", parameter="force").write(kent)
    for name in PAGES:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / f"{name}.html").write_text(f"<title>{name}</title>")
    (site / "claims" / "C06.html").unlink()
    with (site / "verdicts.csv").open("w", encoding="utf-8") as file:
        rows = ((name, *row) for name, row in VERDICTS.items())
        csv.writer(file).writerows([("id", "verdict", "missing"), *rows])
    return Place(project, executed, site, place / "sweeps")


@pytest.fixture
def place(tmp_path: Path, write_run: Make, make: Make) -> Place:
    return lay_out(tmp_path, write_run, make)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, write_run: Make, make: Make) -> Path:
    folder = tmp_path_factory.mktemp("archived")
    return lay_out(folder, write_run, make).archive(folder / "new" / "a.zip")


@pytest.fixture(scope="module")
def held(written: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(written) as file:
        return {entry.filename: file.read(entry) for entry in file.infolist()}


def test_it_holds_the_project_its_outputs_and_what_describes_them(held: dict[str, bytes]) -> None:
    tables = {name for name in held if name.startswith("tables/")}
    pages = {f"outputs/site/{name}.html" for name in PAGES if name != "claims/C06"}
    ran = {"outputs/runs/01_counts", "outputs/sweeps/swept/kent"}
    made = {f"{run}{suffix}" for run in ran for suffix in (".ipynb", ".manifest.json")}
    said = {"codecheck.yml", "datapackage.json", "ro-crate-metadata.json", "SHA256SUMS"}
    others = {"outputs/site/verdicts.csv", "outputs/sweeps/swept/publish.json"}
    assert set(held) - tables == {*FILES, TABLE, *pages, *made, *said, *others}
    described = json.loads(held["datapackage.json"])
    assert {resource["path"] for resource in described["resources"]} == tables
    assert described["version"] == "0.1.0"
    assert held["SHA256SUMS"].decode().splitlines() == [
        f"{hashlib.sha256(content).hexdigest()}  {name}"
        for name, content in held.items()
        if name != "SHA256SUMS"
    ]


def test_files_stand_in_order_bear_one_time_and_keep_only_whether_they_may_be_run(
    written: Path,
) -> None:
    with zipfile.ZipFile(written) as file:
        entries = file.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    modes = {entry.filename: entry.external_attr >> 16 for entry in entries}
    assert (modes.pop("run.sh"), set(modes.values())) == (0o100755, {0o100644})


def test_unpacked_and_packed_again_it_is_the_same(written: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(written) as file:
        file.extractall(tmp_path)
    (tmp_path / "run.sh").chmod(0o755)
    made = tmp_path / "outputs"
    again = Place(tmp_path, made / "runs", made / "site", made / "sweeps").archive(
        tmp_path / "b.zip"
    )
    assert again.read_bytes() == written.read_bytes()


def test_what_would_not_rebuild_is_not_deposited(place: Place, tmp_path: Path) -> None:
    (place.project / "notebooks" / "01_counts.ipynb").write_text('{"cells": []}')
    with pytest.raises(RunError, match="a stale run"):
        place.archive(tmp_path / "a.zip")
    shutil.rmtree(place.site)
    with pytest.raises(RunError, match="no site to deposit") as caught:
        place.archive(tmp_path / "a.zip")
    assert "replicate report" in str(caught.value.hint)
    assert not (tmp_path / "a.zip").exists()


def test_a_folder_that_says_nothing_of_its_files_is_refused(place: Place) -> None:
    (place.project / "SHA256SUMS").unlink()
    with pytest.raises(InputError, match="whose files are not known"):
        tracked(place.project)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda project: (project / "README.md").unlink(), "README.md"),
        (lambda project: (project / "notebooks" / "own.py").touch(), "notebooks/own.py"),
    ],
    ids=["listed and gone", "used and not listed"],
)
def test_a_file_that_would_be_lacking_is_refused_by_name(
    place: Place, change: Callable[[Path], None], name: str
) -> None:
    change(place.project)
    with pytest.raises(RunError, match="a file that the archive needs") as caught:
        tracked(place.project)
    assert caught.value.where == name


def test_in_a_checkout_git_says_which_files_are_the_project_s(
    place: Place, needs: Callable[[str], str]
) -> None:
    git = [needs("git"), "-C", str(place.project)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    (place.project / "outputs").mkdir()
    (place.project / "outputs" / "README.md").write_text("made here")
    kept = ["CITATION.cff", "outputs/README.md", "params/01_counts.yaml"]
    subprocess.run([*git, "add", "SHA256SUMS", *kept], check=True)
    assert tracked(place.project) == kept


# The crate.


@pytest.fixture(scope="module")
def graph(held: dict[str, bytes]) -> Graph:
    described = json.loads(held["ro-crate-metadata.json"])
    assert described["@context"] == "https://w3id.org/ro/crate/1.2/context"
    entities = described["@graph"]
    assert len({entity["@id"] for entity in entities}) == len(entities)
    return {entity["@id"]: entity for entity in entities}


def referred(entity: dict[str, Any], *names: str) -> Iterator[str]:
    for name in names or entity:
        value = entity[name]
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield one["@id"]


def test_descriptor_and_root_have_what_a_reader_needs_to_cite_it(graph: Graph) -> None:
    descriptor, root = graph["ro-crate-metadata.json"], graph["./"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    assert descriptor["about"] == {"@id": "./"}
    told = [root[name] for name in ("@type", "name", "description", "version", "keywords")]
    cited = ["counts: recomputed", "Recomputes counts.", "0.1.0", ["replication"]]
    assert told == ["Dataset", *cited]
    assert root["datePublished"] == "2026-04-24"  # the day on which the last run ended
    names = [graph[author]["name"] for author in referred(root, "author")]
    assert names == ["the counts authors", "Ada Counter"]
    assert len(list(referred(root, "license"))) == 2


def test_every_reference_leads_to_an_entity(graph: Graph) -> None:
    found = {name for entity in graph.values() for name in referred(entity)}
    assert found - set(graph) == {"https://w3id.org/ro/crate/1.2"}


def test_every_file_and_folder_is_a_part_of_the_root_and_is_there(
    graph: Graph, held: dict[str, bytes]
) -> None:
    for name in referred(graph["./"], "hasPart"):
        part = graph[name]
        assert any(path.startswith(name) for path in held)
        assert part["name"]
        assert part["description"]
        if "File" in part["@type"]:
            assert part["contentSize"] == str(len(held[name]))
            assert "/" in part["encodingFormat"]
    kinds = {name: entity["@type"] for name, entity in graph.items() if "File" in entity["@type"]}
    assert set(kinds) <= {*referred(graph["./"], "hasPart")}


def test_a_run_is_an_action_from_notebook_and_table_to_page(graph: Graph) -> None:
    first, swept = (graph[name] for name in referred(graph["./"], "mentions"))
    assert first["@type"] == "CreateAction"
    assert list(referred(first, "instrument", "object", "result")) == [
        "notebooks/01_counts.ipynb",
        f"#python-{first['description'].split()[1].strip(',')}",
        TABLE,
        "outputs/runs/01_counts.ipynb",
        "outputs/runs/01_counts.manifest.json",
        "outputs/site/01_counts.html",
    ]
    assert first["startTime"] == "2026-04-23T23:59:59+00:00"
    assert first["endTime"] == "2026-04-24T00:00:01+00:00"
    assert list(referred(swept, "result"))[::2] == [
        "outputs/sweeps/swept/kent.ipynb",
        "outputs/site/forces/kent.html",
    ]
    assert "object" not in swept  # it read no table


def test_one_author_is_a_single_value() -> None:
    cited = {"title": "a", "version": 1, "authors": [{"name": "b"}]}
    described = crate({}, (), cited, datetime(2026, 4, 24, tzinfo=UTC).date())
    (root,) = (entity for entity in described["@graph"] if entity["@id"] == "./")
    assert root["author"] == root["publisher"] == {"@id": "#author-1"}


# The outputs for a codechecker, and of each cell.


def test_each_output_stands_with_what_it_shows(held: dict[str, bytes]) -> None:
    """102,878 is the audit's figure; VKPP's V01 is no headline, and C06 has no page here."""
    text = held["codecheck.yml"].decode()
    assert "\n---\n" in text
    document = yaml.safe_load(text)
    assert document["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    authors = [{"name": "the counts authors"}, {"name": "Ada Counter"}]
    assert document["paper"] == {"title": "counts: recomputed", "authors": authors}
    shown = {item["file"].rpartition("/")[2]: item["comment"] for item in document["manifest"]}
    assert list(shown) == ["01_counts.ipynb", "C01.html", "C03.html", "C08.html", "verdicts.csv"]
    assert shown["C01.html"].endswith(": 102,878 offences. Matches, if our method is theirs")
    assert shown["C03.html"].endswith("not seen. Can't tell")
    assert "52 %" in shown["C08.html"]
    refuse_page("<body>" + "".join(f"<p>{text}</p>" for text in shown.values()), where="codecheck")


def test_each_thing_made_is_traced_to_its_cell_and_to_where_it_is_found(
    write_run: Make, make: Make, show: Make, stream: Make, tmp_path: Path
) -> None:
    data = pd.DataFrame({"year": [2023, 2024], "count": [1, 2]})
    drawn = Figure()
    drawn.subplots().plot([1, 2])
    words: dict[str, Any] = {
        "title": "A rise",
        "subtitle": "Offences",
        "source": "Home Office",
        "alt": "A line.",
    }
    line = figure(drawn, data=data, **words, name="series")
    listed = table(data, caption="Counts", units={}, row_header="year", name="by-year")
    value = {"name": "count", "value": 2, "unit": "offences", "interval": None}
    records = [value, value | {"name": "nearest"}, value | {"name": "forces", "unit": "sha256"}]
    page = make(
        "# Counts",
        ("draw()", [show(line)]),
        ("record()", [show(**{RECORD: record}) for record in records]),
        ("list()", [show(listed), stream("stdout", "words")]),
    )
    swept = write_run(tmp_path / "sweeps" / "forces", "kent", page, of="05_force_report")
    Publication(section="forces", parameter="force").write(swept)
    executed = write_run(tmp_path / "executed", "01_counts", page)
    found = list(outputs(runs(executed), sections(tmp_path / "sweeps")))
    assert [tuple(one.values()) for one in found[:3]] == [
        ("figure series", "01_counts", "cell-1", "01_counts.html#fig-series"),
        ("numbers count, nearest", "01_counts", "cell-2", "01_counts.manifest.json"),
        ("table by-year", "01_counts", "cell-3", "01_counts.html#tab-by-year"),
    ]
    assert [(one["notebook"], one["page"]) for one in found[3:]] == [
        ("05_force_report", "forces/*.html#fig-series"),
        ("05_force_report", "forces/*.manifest.json"),
        ("05_force_report", "forces/*.html#tab-by-year"),
    ]
    assert all(
        f'id="{one["page"].rpartition("#")[2]}"' in line.html + listed.html
        for one in found[::2][:2]
    )
