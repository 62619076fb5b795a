# Each target is one line over `replicate`, in an environment of the project's own.
# Windows needs no make: README.md has the commands.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv --no-config

# Another PYTHON, given by name, than the one of the environment begins the environment again.
ifneq ($(origin PYTHON),file)
ifneq ($(wildcard .venv/.ready),)
ifneq ($(shell $(PYTHON) -V),$(shell $(BIN)/python -V))
$(shell rm -f .venv/.ready)
endif
endif
endif

.PHONY: report test lab bench soak lock clean

report test lab bench soak: .venv/.ready
	$(BIN)/replicate $@

define FAILED
{ rm -rf .venv; echo "Not set up. requirements.lock could not be installed as it is: docs/environment.md says what to do." >&2; exit 1; }
endef

# Made last, so that a step that is stopped leaves no stamp and the next call begins again.
.venv/.ready: requirements.lock requirements-uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11.5 or newer is needed: make PYTHON=python3.11" if sys.version_info < (3, 11, 5) else 0)'
	@echo "Setting up .venv: half a minute, more where 300 MB take longer to download"
	@rm -rf .venv
	@echo "1 of 4: a virtual environment of $$($(PYTHON) -V) (5 seconds)"
	@$(PYTHON) -m venv .venv || $(FAILED)
	@echo "2 of 4: uv, which installs the rest (5 seconds)"
	@$(BIN)/python -m pip install --require-hashes -r requirements-uv.txt || $(FAILED)
	@echo "3 of 4: the packages of requirements.lock, each with its hash checked (20 seconds)"
	@$(UV) pip sync --python .venv --require-hashes --compile-bytecode --link-mode copy requirements.lock || $(FAILED)
	@echo "4 of 4: this package (2 seconds)"
	@$(UV) pip install --python .venv --no-deps --no-build-isolation --editable . || $(FAILED)
	@$(UV) pip check --python .venv || $(FAILED)
	@touch $@

# In an environment of its own, since a lock that no longer installs must still be replaceable.
lock:
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT \
	&& echo "uv, from the package index (10 seconds)" \
	&& $(PYTHON) -m venv "$$tools" && "$$tools/bin/python" -m pip install --quiet uv \
	&& echo "The newest versions that go together (1 minute)" \
	&& compile='pip compile --no-config --quiet --universal --generate-hashes --no-strip-extras --python-version 3.11.5' \
	&& "$$tools/bin/uv" $$compile --fork-strategy fewest --extra dev --upgrade \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml \
	&& echo uv | "$$tools/bin/uv" $$compile --constraint requirements.lock --no-annotate \
		--custom-compile-command "make lock" --output-file requirements-uv.txt - \
	&& for file in $(wildcard tests/standards/*.txt); do \
		basename "$$file" .txt | "$$tools/bin/uv" $$compile --upgrade --no-annotate \
			--custom-compile-command "make lock" --output-file "$$file" - || exit 1; done \
	&& echo "requirements.lock and requirements-uv.txt are new: run make test before they are kept"

clean:
	rm -rf .venv && find outputs -mindepth 1 ! -name README.md -delete
