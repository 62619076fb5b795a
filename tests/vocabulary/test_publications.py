from pathlib import Path

import pytest

from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import PUBLISH, Publication


def test_what_is_written_is_read_again_and_nothing_else_is_left(tmp_path: Path) -> None:
    forces = Publication(section="forces", parameter="force")
    assert forces.write(tmp_path) == tmp_path / PUBLISH
    assert Publication.read(tmp_path) == forces
    assert [path.name for path in tmp_path.iterdir()] == [PUBLISH]


def test_a_folder_that_says_nothing_is_not_published(tmp_path: Path) -> None:
    assert Publication.read(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{}", "section Field required"),
        ('{"section": "../elsewhere", "parameter": "force"}', "section String should match"),
        ("forces", "Invalid JSON"),
    ],
)
def test_what_says_something_else_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / PUBLISH).write_text(text)
    with pytest.raises(RunError, match="not a description of what to publish") as caught:
        Publication.read(tmp_path)
    assert fault in str(caught.value.got)
