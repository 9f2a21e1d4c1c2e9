# Two commands: `make run` starts a demo province on this machine, `make test` checks everything.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := .venv/bin
ARGS ?=

.PHONY: help python setup setup-dev run test check unit snapshots messages lock bench-ioc bench-wall bench-engine bench-services bench-cases bench-lighthouse bench-papers bench-processes bench-registers bench-reports bench-reports-map bench-signing bench-start bench-teams bench-triage bench-worklist clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

python:
	@test -n "$(PYTHON)" || { echo "✗ Cần Python từ 3.11 trở lên (đặt PYTHON=/đường/dẫn nếu đã có). / Python 3.11 or newer is needed." >&2; exit 1; }

setup: python  ## install what running needs, build the front end
	@$(PYTHON) tools/setup.py

setup-dev: python  ## the same and what checking needs
	@$(PYTHON) tools/setup.py --dev

run: setup  ## start everything with the demo province; Ctrl-C stops it (ARGS="--port 9000")
	@$(BIN)/tinhso up $(ARGS)

test: setup-dev  ## every check: format, lint, types, contracts, tests, journeys
	@$(BIN)/python tools/check.py

check: setup-dev  ## the quick checks only: format, lint, types, contracts
	@$(BIN)/python tools/check.py --quick

unit: setup-dev  ## tests without browser journeys (ARGS="-k roll")
	@$(BIN)/python -m pytest -n 2 -m "not journey" $(ARGS)

snapshots: setup-dev  ## accept the present OpenAPI description and other snapshots
	@TINHSO_WRITE_SNAPSHOTS=1 $(BIN)/python -m pytest -q tests -k snapshot

messages: setup-dev  ## collect strings to translate (needs the gettext programs)
	@$(BIN)/python tools/messages.py

lock: setup-dev  ## resolve the dependencies anew; the files hold hashes and no address
	@$(BIN)/python tools/lock.py

bench-ioc: setup  ## measure the indicator engine, the pages, walls and readers under load (ARGS="--only load")
	@$(BIN)/python -m bench.ioc $(ARGS)

bench-engine: setup  ## measure the engine beside its floor, dbt MetricFlow, boring-semantic-layer, PostgreSQL, Spark (ARGS="--rows 1000000")
	@$(BIN)/python -m bench.engine $(ARGS)

bench-wall: setup  ## turn thousands of scenes of a wall in a browser and compare its memory (a demo must run)
	@$(BIN)/python -m bench.wall $(ARGS)

bench-services: bench-cases  ## both: a million dossiers, and finding procedures on the demo's catalogue (run the demo once before)
	@$(BIN)/python -m bench.services

bench-cases: setup  ## measure a million dossiers: inbox, search, tracking by fifty people; filings beside pgbench
	@$(BIN)/python -m bench.cases

bench-worklist: setup  ## measure the worklist with a million cases and a million reports beside the systems' own lists
	@$(BIN)/python -m bench.worklist

bench-lighthouse: setup  ## Google's Lighthouse and bytes of the pages for citizens (a demo must run; ARGS="--base http://…")
	@$(BIN)/python -m bench.lighthouse $(ARGS)

bench-papers: setup  ## measure certified copies in bulk, inspection, recognition of text (run the demo once before)
	@$(BIN)/python -m bench.papers

bench-reports-map: setup  ## measure a million field reports: nearby, clusters, list, pages and their bytes
	@$(BIN)/python -m bench.reports_map

bench-start:  ## a fresh clone to its first page, to a loaded demo, and a second start, step by step
	python3 bench/start.py

bench-teams: setup  ## forms of visits beside their bare statements, pages of community teams (run the demo once before)
	@$(BIN)/python -m bench.teams

bench-triage: setup  ## measure suggested categories, urgency and duplicates on labelled examples
	@$(BIN)/python -m bench.triage

bench-processes: setup  ## measure a dossier's way through its process beside bare SpiffWorkflow
	@$(BIN)/python -m bench.processes

bench-registers: setup  ## measure a register of a million records, a file of 100,000 rows, OGC API beside pygeoapi (ARGS="--only file")
	@$(BIN)/python -m bench.registers $(ARGS)

bench-reports: bench-reports-map  ## both: a million field reports, and events of chat platforms at the real server
	@$(BIN)/python -m bench.reports $(ARGS)

bench-signing: setup-dev  ## measure sealing and checking beside bare pyHanko (run the demo once before)
	@$(BIN)/python -m bench.signing $(ARGS)

clean:  ## remove what can be made again (the data under var/ stays)
	rm -rf .venv node_modules tinhso/ui/static/dist .mypy_cache .ruff_cache test-results
