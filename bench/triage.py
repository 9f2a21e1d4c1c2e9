"""How well categories, danger and duplicates are suggested: each labelled example is judged by what was learned from
three quarters of them, without it. ``python -m bench.triage [FOLDER OF A PROVINCE]``"""

import os
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
ROOT = Path(__file__).resolve().parents[1]
PARTS = 4  # each is judged by what was learned from the others


def judged(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, int, int, int, float, float]]:
    """For each label: how many there are, how many were said, how many of these rightly; precision and recall."""
    there, said = Counter(true for true, _told in pairs), Counter(told for _true, told in pairs)
    right = Counter([true for true, told in pairs if true == told])
    return [
        (
            label,
            there[label],
            said[label],
            right[label],
            right[label] / max(said[label], 1),
            right[label] / there[label],
        )
        for label in sorted(there)
    ]


def table(title: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Print a table of a task, and its sum."""
    print(f"\n{title}\n| | có thật | nói ra | nói đúng | chính xác | tìm thấy |\n|---|---:|---:|---:|---:|---:|")
    lines = judged(pairs)
    for label, there, said, right, precise, recalled in lines:
        print(f"| {label} | {there} | {said} | {right} | {precise:.0%} | {recalled:.0%} |")
    right = sum(line[3] for line in lines)
    precise, recalled = sum(line[4] for line in lines) / len(lines), sum(line[5] for line in lines) / len(lines)
    print(f"| **chung** | {len(pairs)} | | {right} | {precise:.0%} | {recalled:.0%} |")


def _told_in_demo(province: Path) -> list[tuple[str, str]]:
    """What the demo's reports tell, by category: written for another purpose, and never learned from."""
    told = tomllib.loads((province / "demo" / "field_reports.toml").read_text(encoding="utf-8"))
    return [(text, one["category"]) for one in told["text"] for text in one["told"]]


def urgent_by_words(text: str) -> bool:
    """Whether a word of danger of the province's own stands in a text."""
    from tinhso.society.field_reports.contract import Priority
    from tinhso.society.field_reports.queries import suggesting
    from tinhso.society.field_reports.queries.rules import rules

    return suggesting.suggest_priority(text, rules().categories[0]) is Priority.DANGER


def main() -> None:
    """Measure, and print what the handbook gives."""
    import django
    from django.conf import settings

    django.setup()
    if len(sys.argv) > 1:
        settings.PROVINCE_DIR = Path(sys.argv[1])
    from tinhso.kernel import clock
    from tinhso.society.field_reports.queries import duplicates, suggesting, triage

    every = triage.labelled_examples()
    parts = [every[place::PARTS] for place in range(PARTS)]
    ranked: list[tuple[str, list[str]]] = []
    levels: list[tuple[str, str]] = []
    pairs: list[tuple[bool, float]] = []
    for place, kept in enumerate(parts):
        by_category, by_level = triage.learn_models(
            [one for other, part in enumerate(parts) if other != place for one in part]
        )
        for text, code, level in kept:
            ranked.append((code, [one.code for one in by_category.suggest(text)] or ["–"]))
            urgent = urgent_by_words(text) or triage.sounds_dangerous(text, by_level) is not None
            levels.append((level, triage.DANGER if urgent else triage.USUAL))
    for one in triage.labelled_pairs():
        a, b = (triage.triage_models()[0].suggest(one[name])[0].code for name in ("one", "other"))
        pairs.append(
            (
                one["same"],
                duplicates.likeness_score(one["metres"], triage.text_likeness(one["one"], one["other"]), False, a == b),
            )
        )
    print(f"{len(every)} câu; mỗi câu được chấm theo điều học từ ba phần tư không có nó")
    table("Lĩnh vực", [(code, found[0]) for code, found in ranked])
    print(f"trong ba đề nghị đầu: {sum(code in found[:3] for code, found in ranked)} / {len(every)}")
    words = [suggesting.suggest_categories(text, clock.today()) for part in parts for text, _code, _level in part]
    plain = sum(bool(found) and found[0].code == code for (code, _ranked), found in zip(ranked, words, strict=True))
    print(f"để so sánh, chỉ theo từ khóa của tỉnh: {plain} / {len(every)}")
    whole, demo = triage.learn_models(every)[0], _told_in_demo(Path(settings.PROVINCE_DIR))
    for name, aside in (("câu để dành ([held])", triage.held_out_texts()), ("lời kể của dữ liệu minh họa", demo)):
        ranks = [(code, [one.code for one in whole.suggest(text)] or ["–"]) for text, code in aside]
        first, three = (sum(code in found[:most] for code, found in ranks) for most in (1, 3))
        print(f"{name}, không học từ đó: đúng ngay {first}, trong ba {three} / {len(aside)}")
    table("Mức độ", levels)
    named = {True: "trùng", False: "khác"}
    table("Trùng (không có ảnh)", [(named[same], named[value >= duplicates.LEAST]) for same, value in pairs])


if __name__ == "__main__":
    main()
