"""Nothing here is a test: `make golden-check` runs it, pytest collects none of it."""

collect_ignore_glob = ["*.py"]
