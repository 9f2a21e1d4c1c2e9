"""``python -m bench.search``: how long a question takes on the demo catalogue, and how well each way answers."""

import os
import statistics
import time
import tomllib
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
django.setup()

from tinhso.blocks.indicators.queries.search import SearchIndex  # noqa: E402
from tinhso.blocks.indicators.tests import demo_catalogue as demo  # noqa: E402

QUESTIONS = Path(__file__).resolve().parents[1] / "tinhso/blocks/indicators/tests/questions.toml"


def main() -> None:
    """Print milliseconds a question, and recall of every way on every list."""
    questions = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))
    known = demo.demo_catalogue()
    began = time.process_time()
    index = SearchIndex(known)
    print(f"index of {len(known.indicators)} indicators: {time.process_time() - began:.2f} s of one core")
    every = [one["ask"] for asked in questions.values() for one in asked] * 3
    index.search(every[0])
    times = sorted(_milliseconds(index, question) for question in every)
    print(f"a question, one core: median {statistics.median(times):.1f} ms, p95 {times[int(0.95 * len(times))]:.1f} ms")
    ways = {
        "all words (before)": demo.all_words(known),
        "pg_trgm similarity": demo.trigrams(known),
        "plain BM25": demo.plain_bm25(known),
        "by meaning": lambda question: [match.indicator.code for match in index.search(question)],
    }
    for name, way in ways.items():
        row = [demo.measured(way, asked) for asked in questions.values()]
        print(f"{name:<20}" + "".join(f"{one['@1']:>7.2f}{one['@5']:>6.2f}{one['MRR']:>6.2f}" for one in row))


def _milliseconds(index: SearchIndex, question: str) -> float:
    began = time.process_time()
    index.search(question)
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main()
