"""Tables of the measurement for a terminal."""

from typing import Any

AIMS = {
    "to_hand": ("ours / hand-written", "≤ 1.5"),
    "to_grain": ("ours / grain alone", ""),
    "month_computed": ("month / full, computing", ""),
    "month": ("month / full, with Delta", "≤ 0.10"),
}


def print_engine(found: dict[str, Any]) -> None:
    """Wall and CPU seconds and peak memory of every way, then ratios with their aims."""
    print(f"\n{found['rows']:,} rows, {found['check']['result']:,} cells equal to the hand-written; ", end="")
    print(f"{found['cores']} cores, load {found['load_before']} → {found['load_after']}")
    print(f"{'step':<26}{'wall s':>10}{'cpu s':>10}{'peak MB':>10}")
    for name in ("scan", "hand", "put", "ours", "month"):
        for step, took in found[name]["steps"].items():
            print(f"{name + ': ' + step:<26}{took['wall']:>10.2f}{took['cpu']:>10.2f}{found[name]['peak_mb']:>10}")
    for key, (title, aim) in AIMS.items():
        wall, cpu = found["ratios"][f"{key}_wall"], found["ratios"][f"{key}_cpu"]
        print(f"{title:<26}{wall:>10}{cpu:>10}{aim:>10}")


def print_pages(found: dict[str, Any]) -> None:
    """Times of every kind of page at three loads, and what the server needed."""
    print(f"\n{found['readers']} readers who think 1–3 s; load before {found['load_before']}; aim: server p95 ≤ 100 ms")
    print(f"{'page':<34}{'pages':>7}{'srv p50':>9}{'srv p95':>9}{'cli p50':>9}{'cli p95':>9}{'bytes':>9}")
    for title in ("first_opening", "calm", "saturated"):
        for kind, took in found[title].items():
            if isinstance(took, dict):
                print(f"{title + ': ' + kind:<34}{took['pages']:>7}", end="")
                print(
                    "".join(f"{took[f'{side}_p{p}_ms']:>9}" for side in ("server", "client") for p in (50, 95)), end=""
                )
                print(f"{took['bytes']:>9}")
            else:
                print(f"{title + ': ' + kind:<34}{took:>7}")
    print(f"saturated: {found['saturated_pages_a_second']} pages/s; SQL statements a page: {found['sql_queries']}")
    print(f"server: {found['server_rss_mb']} MB resident, {found['server_cpu_seconds']} CPU s")


def print_start(found: dict[str, Any]) -> None:
    """Seconds to the first page, then what is installed."""
    print(f"\nfresh clone → first page {found['first_page_s']} s (aim 240), second start {found['second_start_s']} s")
    print(f"installed {found['installed_mb']} MB (aim 600), of it Python packages {found['packages_mb']} MB")


def print_load(found: dict[str, Any]) -> None:
    """Walls and readers for ten minutes, then requests a second beside Superset."""
    print(f"\n{found['walls']} walls and {found['readers']} readers for {found['seconds']} s, ", end="")
    print(f"{found['published']} returns published; load before {found['load_before']}; aim: server p95 ≤ 100 ms")
    for title in ("readers_pages", "walls_pages"):
        for kind, took in found[title].items():
            words = took if not isinstance(took, dict) else f"{took['pages']} pages, srv p95 {took['server_p95_ms']} ms"
            print(f"{title + ': ' + kind:<34}{words}")
    print(f"walls: {found['streams_opened']} streams opened, {found['walls_failed']} failed, {found['to_wall']}")
    print(f"memory after a tenth, half, all of the time: {found['memory_mb']} MB; CPU seconds {found['cpu_seconds']}")
    theirs = found["superset"]
    if "best" in theirs:
        print(
            f"requests a second: {theirs['best']}; ours / Superset {theirs['ratio']} with its cache (aim ≥ 10), ",
            end="",
        )
        print(f"{theirs['ratio_uncached']} without; {theirs['rows']:,} readings")
    else:
        print(f"Superset: {theirs['not_measured']}")
