"""``python -m bench.services``: how long finding a procedure takes on the demo's catalogue (run a demo once before)."""

import os
import statistics
import time
from collections.abc import Callable

from tinhso.project.cli.place import open_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
QUESTIONS = (
    "Đăng ký khai sinh",
    "dang ky khai sinh",
    "lam giay khai sinh",
    "so do",
    "làm sổ đỏ",
    "mo quan an",
    "giay phep lai se",
    "dang ki ket hon",
    "dang ky ket hom",
    "trich luc khai tu",
    "cap lai giay phep",
    "giấy phép xây dựng",
    "nha o",
    "chứng chỉ hành nghề",
    "thủy sản",
    "ho kinh doanh",
    "MH-0100",
    "2.000635",
    "tro cap xa hoi",
    "moi truong",
    "dat dai",
    "gia han giay phep khai thac nuoc duoi dat",
    "zzzz qwerty",
    "toi muon sang ten nha dat",
    "van tai bang xe o to",
    "a",
)
NARROWED = (
    "?event=co-con",
    "?field=dat-dai",
    "?agency=SYT",
    "?audience=citizen&level=commune",
    "?q=cap+lai&online=full",
)
ROUNDS = 12


def main() -> None:
    """Print median and 95th percentile of the query alone and of the whole public page, one request after another."""
    with open_database():
        from django.db import connection
        from django.test import Client

        from tinhso.government.public_services.models import Version
        from tinhso.government.public_services.queries.finding import ProcedureFilter, search_procedures
        from tinhso.kernel import clock

        day, client = clock.today(), Client()
        live = Version.objects.filter(known__upper_inf=True)
        print(f"{live.values('procedure').distinct().count()} procedures, {live.count()} versions known now")
        asked = [f"/services/?q={words}" for words in QUESTIONS] + [f"/services/{rest}" for rest in NARROWED]
        _say(
            "search, first 20 and count",
            [lambda w=w: _search(search_procedures, ProcedureFilter(words=w), day) for w in QUESTIONS],
        )
        _say("public page", [lambda address=address: client.get(address) for address in asked])
        connection.close()


def _search(search: Callable[..., object], wanted: object, day: object) -> None:
    found = search(wanted, day)
    list(found[:20])  # type: ignore[index]
    found.count()  # type: ignore[attr-defined]


def _say(name: str, acts: list[Callable[[], object]]) -> None:
    for act in acts:
        act()
    times = sorted(_milliseconds(act) for act in acts * ROUNDS)
    p95 = times[int(0.95 * len(times))]
    print(
        f"{name}: n={len(times)}, median {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, worst {times[-1]:.1f} ms"
    )


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
