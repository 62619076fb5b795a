# Each target is one line over `replicate`, in an environment of the project's own. Windows needs no make: README.md has the commands.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: report test lab bench soak lock clean

report test lab bench soak: .venv/.ready
	$(BIN)/replicate $@

# Made last, so that a failing step leaves no stamp and the next call begins again.
.venv/.ready: requirements.lock pyproject.toml
	@rm -f $@
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11.5 or newer is needed: make PYTHON=python3.11" if sys.version_info < (3, 11, 5) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# In an environment of its own, since a lock that no longer installs must still be replaceable.
lock:
	tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && $(PYTHON) -m venv "$$tools" \
	&& "$$tools/bin/python" -m pip install --quiet uv \
	&& "$$tools/bin/uv" pip compile --quiet --universal --fork-strategy fewest --generate-hashes --extra dev --python-version 3.11.5 \
		--custom-compile-command "make lock" --upgrade --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv && find outputs -mindepth 1 ! -name README.md -delete
