# Keras Builder. `make run` and `make test` set up all they need on their own.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A process per core; each takes up to 2 GB, with Keras in it and workers beside it. A process that
# is through takes tests from the others, which go on with the fixtures that they have made.
PARALLEL := -n logical --maxprocesses 4 --dist worksteal
EXAMPLE := resources/examples/digits.knet

.PHONY: run test lint bench bench-peers pictures catalog wheel clean help
.DEFAULT_GOAL := help

run: $(READY)  ## open the app on the digits example (without a display: train it in the terminal)
	@tools/system-libraries.sh $(BIN)/python
	@$(BIN)/keras-builder $(EXAMPLE)

test: $(READY)  ## run the tests, on all cores (some of them: make test TESTS=tests/canvas)
	@tools/system-libraries.sh $(BIN)/python tests
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(PARALLEL) $(TESTS)

lint: $(READY)  ## check format, style, types and who may know whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## measure the speed that is promised
	@tools/system-libraries.sh $(BIN)/python
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m benchmarks $(BENCH)

bench-peers:  ## make the environment of the editor that `make bench` compares with
	@tools/virtual-environment.sh .venv-nodegraphqt
	.venv-nodegraphqt/bin/python -m pip install --disable-pip-version-check -q -r benchmarks/peers.txt

pictures: $(READY)  ## take the pictures of the real window for the README
	@tools/system-libraries.sh $(BIN)/python
	QT_QPA_PLATFORM=offscreen $(BIN)/python tools/pictures.py

catalog: $(READY)  ## write resources/catalog.json from the installed Keras
	$(BIN)/python -m builder.engine.worker.catalogue resources/catalog.json

wheel: $(READY)  ## build the wheel into dist/
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

clean:  ## remove the environment and everything that was built
	rm -rf $(VENV) .venv-nodegraphqt build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Pinned by constraints.txt; installed again when what is needed changes.
$(READY): pyproject.toml constraints.txt
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || tools/virtual-environment.sh $(VENV)
	@echo "Installing Keras Builder and what it needs into $(VENV) (about 3 GB, once)"
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e ".[dev]"
	@touch $@
