# `make run` and `make test` do all of their own set-up and can be repeated. `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
LOCK := uv pip compile pyproject.toml --quiet --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" --python-version 3.11
step = @echo "==> $(1)"

.DEFAULT_GOAL := help
.PHONY: run test lint bench lock clean help prepare-run prepare-test run-livekit livekit-server

run: prepare-run  ## set up, fetch the default models, start the line
	@exec $(BIN)/townline serve

test: prepare-test lint  ## set up and run every test
	$(call step,Tests)
	@$(BIN)/pytest -n 2 --dist loadfile -q --reruns 2 --reruns-delay 2

lint: prepare-test  ## formatting, types and the direction of imports
	$(call step,Formatting and style)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	$(call step,Types)
	@$(BIN)/mypy --no-error-summary
	$(call step,Direction of imports)
	@$(BIN)/lint-imports --no-cache > .venv/imports.txt 2>&1 || { cat .venv/imports.txt; exit 1; }

run-livekit: prepare-run  ## the same with a real LiveKit server: livekit-server, worker, watch and web
	@exec $(BIN)/python -m deploy.livekit.run

livekit-server:  ## build the real livekit-server from the Go module proxy, once
	@$(PYTHON) deploy/livekit/build.py

bench: prepare-test  ## measure what a caller waits for, in under ten minutes on a quiet machine
	$(call step,When turns are taken)
	@$(BIN)/townline bench endpoints --rounds 1
	$(call step,One caller)
	@$(BIN)/townline bench response --turns 12
	$(call step,Several callers)
	@$(BIN)/townline bench load --calls 4 --seconds 40
	$(call step,Others with the same models)
	@$(BIN)/townline bench peers --turns 2
	$(call step,Figures)
	@$(BIN)/townline bench plots --into var/bench

lock:  ## pin the newest dependencies that fit, with their hashes
	$(LOCK) --upgrade -o requirements.lock
	$(LOCK) --extra llm -c requirements.lock -o requirements-llm.lock
	$(LOCK) --extra llm --extra test -c requirements-llm.lock -o requirements-test.lock
	uv pip compile bench/peers/requirements.in --quiet --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" --python-version 3.11 --upgrade -o bench/peers/requirements.lock
	@if [ -f package.json ]; then npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit; fi

clean:  ## remove what was installed here; models stay in the cache folder
	rm -rf .venv node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

help:  ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 20

prepare-run:
	@$(PYTHON) deploy/prepare.py run

prepare-test:
	@$(PYTHON) deploy/prepare.py test
