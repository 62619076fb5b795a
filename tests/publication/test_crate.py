"""Held to what the RO-Crate Metadata Specification 1.2 requires of descriptor, root, data entities and references.

Source: https://w3id.org/ro/crate/1.2
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from typing import Any

import pytest

from replicate.publication.crate import Deposit, crate
from replicate.publication.runs import Run, Section
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.runs import Publication

MADE = {"datapackage.json": b"{}", "codecheck.yml": b"---\n"}
Graph = dict[str, dict[str, Any]]


@pytest.fixture
def graph(deposit: Deposit) -> Graph:
    described = crate(deposit, MADE)
    assert described["@context"] == "https://w3id.org/ro/crate/1.2/context"
    entities = described["@graph"]
    assert len({entity["@id"] for entity in entities}) == len(entities)
    return {entity["@id"]: entity for entity in entities}


def references(entity: dict[str, Any]) -> Iterator[str]:
    for name, value in entity.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and name != "@type":
                yield one["@id"]


def of_type(graph: Graph, kind: str) -> list[dict[str, Any]]:
    return [
        entity
        for entity in graph.values()
        if kind in ([entity["@type"]] if isinstance(entity["@type"], str) else entity["@type"])
    ]


def test_the_descriptor_names_the_specification_and_the_root(graph: Graph) -> None:
    descriptor = graph["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    assert descriptor["about"] == {"@id": "./"}


def test_the_root_has_what_a_reader_needs_to_cite_it(graph: Graph) -> None:
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert (root["name"], root["description"], root["version"]) == (
        "counts: recomputed",
        "Recomputes counts.",
        "0.1.0",
    )
    assert len(root["license"]) == 2
    assert [graph[author["@id"]]["name"] for author in root["author"]] == [
        "the counts authors",
        "Ada Counter",
    ]
    assert root["publisher"] == root["author"][0]


def test_every_reference_leads_to_an_entity(graph: Graph) -> None:
    outside = {"https://w3id.org/ro/crate/1.2"}
    missing = [
        (entity["@id"], name)
        for entity in graph.values()
        for name in references(entity)
        if name not in graph and name not in outside
    ]
    assert missing == []


def test_every_file_and_folder_is_a_part_of_the_root_and_is_there(
    graph: Graph, deposit: Deposit
) -> None:
    parts = {part["@id"] for part in graph["./"]["hasPart"]}
    files = {entity["@id"] for entity in of_type(graph, "File")}
    folders = {entity["@id"] for entity in of_type(graph, "Dataset")} - {"./"}
    assert files | folders == parts
    assert files <= {*deposit.files, *MADE}
    assert all(any(path.startswith(folder) for path in deposit.files) for folder in folders)
    assert all(
        entity["name"] and entity["description"]
        for entity in graph.values()
        if entity["@id"] in parts
    )


def test_a_file_is_described_by_its_size_and_hash(graph: Graph, deposit: Deposit) -> None:
    for entity in of_type(graph, "File"):
        content = MADE.get(entity["@id"]) or deposit.files[entity["@id"]].read_bytes()
        assert entity["contentSize"] == str(len(content))
        assert entity["sha256"] == hashlib.sha256(content).hexdigest()
        assert "/" in entity["encodingFormat"]


def test_a_run_is_an_action_from_notebook_and_table_to_page(graph: Graph, deposit: Deposit) -> None:
    (action,) = of_type(graph, "CreateAction")
    (run,) = deposit.runs
    assert [one["@id"] for one in action["instrument"]] == [
        "notebooks/01_counts.ipynb",
        f"#SoftwareApplication-python-{python_version()}",
    ]
    assert [one["@id"] for one in action["object"]] == [
        "src/replicate/sources/tables/forces.parquet",
        "#run-1-period",
    ]
    assert (graph["#run-1-period"]["name"], graph["#run-1-period"]["value"]) == ("period", "2024")
    assert [one["@id"] for one in action["result"]] == [
        "outputs/runs/01_counts.ipynb",
        "outputs/site/01_counts.html",
    ]
    assert action["startTime"] == run.manifest.started.isoformat(timespec="seconds")
    assert datetime.fromisoformat(action["endTime"]) >= datetime.fromisoformat(action["startTime"])
    assert graph["./"]["mentions"] == [{"@id": "#run-1"}]
    assert action["agent"] == graph["./"]["author"]


def test_software_and_languages_say_where_they_are_from_and_in_which_version(graph: Graph) -> None:
    used = [*of_type(graph, "SoftwareApplication"), *of_type(graph, "ComputerLanguage")]
    assert len(used) == 2
    assert all(one["name"] and one["url"] and one["version"] for one in used)
    (notebook,) = of_type(graph, "SoftwareSourceCode")
    assert notebook["programmingLanguage"] == {
        "@id": f"#ComputerLanguage-python-{python_version()}"
    }


def test_a_table_leads_to_its_source_with_publisher_and_licence(graph: Graph) -> None:
    based = graph["src/replicate/sources/tables/forces.parquet"]["isBasedOn"]
    sources = [graph[source["@id"]] for source in based]
    assert {source["name"] for source in sources} == {
        "Recorded crime data geographical reference table",
        "Police Force Areas (December 2023) Boundaries EW BUC",
    }
    assert {graph[source["publisher"]["@id"]]["name"] for source in sources} == {
        "Home Office",
        "Office for National Statistics",
    }
    assert {graph[source["license"]["@id"]]["name"] for source in sources} == {
        "Open Government Licence v3.0"
    }


def test_the_day_is_that_of_the_last_run_unless_another_is_given(deposit: Deposit) -> None:
    (run,) = deposit.runs
    started = datetime(2026, 4, 23, 23, 59, 59, tzinfo=UTC)
    moved = Run(run.path, run.manifest.model_copy(update={"started": started, "duration": 2.0}))
    root = {
        entity["@id"]: entity for entity in crate(replace(deposit, runs=(moved,)), MADE)["@graph"]
    }["./"]
    assert root["datePublished"] == "2026-04-24"
    given = crate(deposit, MADE, published=datetime(2027, 1, 2, tzinfo=UTC))
    assert {entity["@id"]: entity for entity in given["@graph"]}["./"][
        "datePublished"
    ] == "2027-01-02"


def test_the_same_deposit_gives_the_same(deposit: Deposit) -> None:
    assert crate(deposit, MADE) == crate(deposit, MADE)


def test_a_run_of_a_sweep_is_an_action_with_a_page_in_its_section(
    deposit: Deposit, executed: Path, site: Path
) -> None:
    (run,) = deposit.runs
    publication = Publication(section="forces", parameter="force")
    publication.write(executed)
    swept = Run(run.path, run.manifest.model_copy(update={"name": "kent", "notebook": "01_counts"}))
    (site / "forces").mkdir()
    (site / "forces" / "01_counts.html").write_text("<title>Kent</title>")
    section = Section(executed, publication, (swept,))
    described = crate(replace(deposit, sections=(section,)), MADE)
    entities = {entity["@id"]: entity for entity in described["@graph"]}
    results = [one["@id"] for one in entities["#run-2"]["result"]]
    assert results == [
        "outputs/sweeps/executed/01_counts.ipynb",
        "outputs/site/forces/01_counts.html",
    ]
    assert len(entities["./"]["mentions"]) == 2


def test_a_run_without_a_page_has_the_executed_notebook_alone(deposit: Deposit, site: Path) -> None:
    (site / "01_counts.html").unlink()
    entities = {entity["@id"]: entity for entity in crate(deposit, MADE)["@graph"]}
    assert entities["#run-1"]["result"] == {"@id": "outputs/runs/01_counts.ipynb"}


def test_a_run_that_was_given_nothing_and_read_nothing_has_no_object(deposit: Deposit) -> None:
    (run,) = deposit.runs
    bare = Run(run.path, run.manifest.model_copy(update={"parameters": {}, "tables": ()}))
    entities = {
        entity["@id"]: entity for entity in crate(replace(deposit, runs=(bare,)), MADE)["@graph"]
    }
    assert "object" not in entities["#run-1"]


def test_a_project_that_says_nothing_of_how_to_cite_it_is_refused(deposit: Deposit) -> None:
    (deposit.project / "CITATION.cff").unlink()
    with pytest.raises(InputError, match=r"without CITATION\.cff"):
        crate(replace(deposit, tracked=()), MADE)
