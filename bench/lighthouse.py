"""``python -m bench.lighthouse``: Lighthouse as a phone over the pages that citizens open, and their compressed bytes.

Needs a running demo (``make run``), node and Chromium; ``npx`` fetches the program from npm, which asks once.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

PROGRAM = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def main() -> None:
    """Print the four categories and the compressed bytes of each page; exit 1 where one is below what is aimed at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--aim", type=int, default=95)
    parser.add_argument("--only", default="")
    told = parser.parse_args()
    below = 0
    print(f"{'page':44} {'kB':>6}  " + "  ".join(f"{name:>14}" for name in CATEGORIES))
    for path in _pages():
        if told.only and told.only not in path:
            continue
        scores = _scores(told.base + path)
        below += any(score < told.aim for score in scores)
        size = _bytes(told.base + path) / 1000
        print(f"{path[:44]:44} {size:6.1f}  " + "  ".join(f"{score:14}" for score in scores), flush=True)
    sys.exit(1 if below else 0)


def _pages() -> list[str]:
    """Finding, understanding, filing, following, paying, and reporting from the field, on the demo's records."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
    import django

    django.setup()
    from tinhso.blocks.cases.models import Case
    from tinhso.blocks.cases.queries import slips
    from tinhso.project.cli.place import open_database

    with open_database():
        case = Case.objects.order_by("-pk").first()
        tracked = [slips.tracking_address(case)] if case else []
    return [
        "/services/",
        "/services/?q=khai+sinh",
        "/services/DP-HT-01/",
        "/apply/public_services/DP-HT-01/",
        "/track/",
        *tracked,
        "/reports/",
        "/reports/new/",
    ]


def _scores(address: str) -> list[int]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        command = [
            "npx",
            "--yes",
            PROGRAM,
            address,
            "--quiet",
            "--output=json",
            f"--output-path={out}",
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox",
        ]
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium}, cwd=folder)
        found = json.loads(out.read_text())
    for name in CATEGORIES:
        for audit in found["categories"][name]["auditRefs"]:
            one = found["audits"][audit["id"]]
            if audit["weight"] and one["score"] is not None and one["score"] < 0.9:
                print(f"    {name}: {one['title']} ({one.get('displayValue', one['score'])})", file=sys.stderr)
    return [round(100 * found["categories"][name]["score"]) for name in CATEGORIES]


def _bytes(address: str) -> int:
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        sent = answer.read()
        return len(sent) if answer.headers.get("Content-Encoding") == "gzip" else len(gzip.compress(sent))


if __name__ == "__main__":
    main()
