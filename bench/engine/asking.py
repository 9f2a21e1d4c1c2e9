"""The loop in which every peer answers: standard library only, since each peer has an environment of its own.

Python's start and the peer's own loading are timed apart (``open``); every question is then timed by itself, until all
its rows are in this process.
"""

import csv
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

MEMORY = "8GB"  # for a peer's DuckDB: five times what the floor and ours keep to
Rows = Sequence[Sequence[Any]]
Answer = Callable[[dict[str, Any]], tuple[Sequence[str], Rows]]  # names of the columns, then rows


def run(opened: Callable[[Path], Answer]) -> None:
    """Answer the questions in a file: ``DATA QUESTIONS FOLDER``; the last line printed is what they took.

    Columns of an answer are ``target``, ``day`` (first of the period), ``member`` where it is broken down, then one for
    each definition.
    """
    data, asked, folder = (Path(word) for word in sys.argv[1:4])
    questions = json.loads(asked.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    answer = opened(data)
    took: list[dict[str, Any]] = []
    told = time.perf_counter() - began
    for place, question in enumerate(questions, 1):
        wall, cpu = time.perf_counter(), time.process_time()
        names, rows = answer(question)
        one = {"wall": round(time.perf_counter() - wall, 4), "cpu": round(time.process_time() - cpu, 4)}
        _keep(folder / f"{question['number']}.csv", names, rows)
        print(f"  … {place}/{len(questions)}: {one['wall']:.2f} s, {len(rows):,} rows", flush=True)
        took.append({"number": question["number"], "rows": len(rows), **one})
    print(json.dumps({"open": round(told, 3), "questions": took}))


def _keep(path: Path, names: Sequence[str], rows: Rows) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
