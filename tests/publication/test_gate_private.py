import tempfile
from pathlib import Path

import pytest

from replicate.publication.gate import refuse_private
from replicate.vocabulary.errors import RunError

SECRETS = [
    ("a private key", "-----BEGIN OPENSSH " + "PRIVATE KEY-----"),
    ("an access key", "AKIA" + "IOSFODNN7EXAMPLE"),
    ("a token", "ghp_" + "a1B2" * 9),
    ("a token", "glpat-" + "x" * 20),
    ("a web token", "eyJhbGciOiJIUzI1" + ".eyJzdWIiOiIxMjM0" + ".SflKxwRJSMeKKF2QT4"),
    ("an address with a password", "https://someone:" + "hunter2@example.org/table.csv"),
    ("a value that is called a secret", "api_key = '" + "0f9a8b7c6d5e'"),
    ("a value that is called a secret", '"password": "' + "correct-horse" + '"'),
    ("a value that is called a secret", "&quot;password&quot;: &quot;" + "correct-horse&quot;"),
    ("a value that is called a secret", "SECRET=" + "correcthorse"),
    ("a value that is called a secret", "the password: " + "hunter2hunter2 was used"),
    ("a value that is called a secret", "\n  db_password: " + "correct-horse\n"),
]


@pytest.mark.parametrize(("what", "text"), SECRETS)
def test_what_looks_like_a_secret_is_refused_and_not_repeated(what: str, text: str) -> None:
    with pytest.raises(RunError, match=f"looks like {what}") as caught:
        refuse_private(f"<pre>{text}</pre>", where="01_counts, cell 3")
    assert caught.value.where == "01_counts, cell 3"
    assert len(str(caught.value.got)) == 9
    assert text not in str(caught.value)


@pytest.mark.parametrize("folder", [Path.home(), Path.cwd(), Path(tempfile.gettempdir())])
def test_a_folder_of_this_very_machine_is_refused(folder: Path) -> None:
    with pytest.raises(RunError, match="a path of this machine"):
        refuse_private(f"<p>read from {folder}/someone/table.csv</p>", where="a page")


@pytest.mark.parametrize(
    "text",
    [
        "sha256 c735eecdff441291d25799a29a6ee20f127b87bd16abfb9d015f828bdb830446",
        "the secretary of state; a token of thanks; passwords are not asked for",
        "The secret: confidential informants",
        "The password: something that nobody told",
        "No secret : everything is published",
        '<img src="data:image/png;base64,AKIAIOSFODNN7EXAMPLE" alt="A map">',
        "https://www.gov.uk/government/statistics",
        "2024-03-31T12:00:00: a time",
    ],
)
def test_what_only_sounds_like_one_passes(text: str) -> None:
    refuse_private(text, where="a page")
