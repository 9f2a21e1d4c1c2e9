"""A wall for a day in minutes: thousands of scenes one after another in a real browser, and what they leave behind.

``python -m bench.wall [--rotations 2000] [--minutes 12]`` against the demo that runs at ``--address`` (start it
with ``make run``). It presses the key for the next scene, as a person would, and compares the browser's heap, nodes and
listeners after the first rounds with those after the last; both after the rubbish was collected.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

RESULTS = Path(__file__).resolve().parent / "results" / "wall.json"
ROUNDS_BEFORE = 3  # of all scenes, until everything that is kept once is kept
MAY_GROW = 1.15
KEEP = "JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents"


def main() -> int:
    """Print and keep the measurement; 1 when the heap, the nodes or the listeners grew by more than 15 per cent."""
    asked = _arguments()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.browser or None, args=["--no-sandbox"])
        page = browser.new_page(base_url=asked.address, viewport={"width": 1920, "height": 1080})
        _log_in(page, asked.persona, asked.wall)
        found = _measure(page, asked)
        browser.close()
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))
    return int(any(found["after"][name] > MAY_GROW * found["before"][name] for name in KEEP[:3]))


def _log_in(page: Page, persona: str, wall: str) -> None:
    page.goto("/accounts/demo/")
    page.locator(f'button[name=persona][value="{persona}"]').click()
    page.wait_for_load_state()
    page.goto(f"/wall/{wall}/")
    page.locator("[data-wall-pause]").wait_for()


def _measure(page: Page, asked: argparse.Namespace) -> dict[str, Any]:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    scenes = int(page.locator("[data-wall-place]").inner_text().split("/")[1])
    _turn(page, ROUNDS_BEFORE * scenes, time.monotonic() + 300)
    before = _state(session)
    began = time.monotonic()
    took = _turn(page, asked.rotations, began + asked.minutes * 60)
    return {
        "scenes": scenes,
        "rotations": len(took),
        "seconds": round(time.monotonic() - began),
        "scene_ms": {"median": round(statistics.median(took)), "p95": round(statistics.quantiles(took, n=20)[18])},
        "before": before,
        "after": _state(session),
    }


def _turn(page: Page, times: int, until: float) -> list[float]:
    """Go to the next scene ``times`` times, or until the time is up; milliseconds of each."""
    script = """() => new Promise((done) => {
        const began = performance.now();
        const key = { key: 'ArrowRight', bubbles: true };
        const press = () => document.body.dispatchEvent(new KeyboardEvent('keydown', key));
        const again = setInterval(press, 5000);  // an answer that did not come is asked for again
        document.addEventListener('tinhso:scene', () => {
            clearInterval(again);
            done(performance.now() - began);
        }, { once: true });
        press();
    })"""
    took: list[float] = []
    while len(took) < times and time.monotonic() < until:
        took.append(float(page.evaluate(script)))
    return took


def _state(session: CDPSession) -> dict[str, int]:
    """Heap in bytes, nodes, listeners and documents of the page, after collecting rubbish."""
    for _again in range(3):
        session.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: int(one["value"]) for one in session.send("Performance.getMetrics")["metrics"]}
    return {name: metrics[name] for name in KEEP}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.wall", description=__doc__)
    parser.add_argument("--address", default="http://localhost:8000")
    parser.add_argument("--persona", default="pho-chu-tich")
    parser.add_argument("--wall", default="chung")
    parser.add_argument("--browser", default="", help="the browser program; that of Playwright otherwise")
    parser.add_argument("--rotations", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=12)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
