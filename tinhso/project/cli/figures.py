"""The command that recomputes published figures from handed-in returns and says which hold."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tinhso.project.cli.output import as_json, print_table

if TYPE_CHECKING:
    from tinhso.blocks.indicators.queries.claims import ClaimVerdict, Computed

WORDS = {"holds": "✓ khớp", "fails": "✗ KHÔNG khớp", "not_computable": "? không tính được"}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add figures."""
    figures = commands.add_parser("figures", help="đối chiếu số liệu đã công bố với số tính lại từ báo cáo")
    figures.add_argument("codes", nargs="*", metavar="MÃ", help="chỉ các số liệu này, ví dụ F-03")
    figures.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    figures.set_defaults(run=check_figures)


def check_figures(arguments: argparse.Namespace) -> int:
    """Claimed, computed and verdict of every figure; a figure that fails is a finding, not an error of the command."""
    from tinhso.blocks.indicators.queries.claims import check_claims

    verdicts = [one for one in check_claims() if not arguments.codes or one.code in arguments.codes]
    if arguments.json:
        as_json({"count": len(verdicts), "figures": [_for_programs(one) for one in verdicts]})
        return 0
    headings = [("code", "Mã"), ("wording", "Số liệu"), ("printed", "Đã công bố")]
    print_table([_for_people(one) for one in verdicts], [*headings, ("computed", "Tính lại"), ("verdict", "Kết luận")])
    found = [one.verdict for one in verdicts]
    print("; ".join(f"{found.count(key)} {word[2:].lower()}" for key, word in WORDS.items()))
    return 0


def _for_programs(one: "ClaimVerdict") -> dict[str, Any]:
    matching = one.matching
    computed = asdict(one.computed) | {"rounded": one.computed.rounded} if one.computed else None
    return asdict(one) | {"computed": computed, "matching": asdict(matching) if matching else None}


def _for_people(one: "ClaimVerdict") -> dict[str, str]:
    said = WORDS[one.verdict]
    if one.why:
        said += f" ({one.why})"
    elif one.matching:
        said += f"; khớp nếu là {_fraction_text(one.matching)}"
    return {
        "code": one.code,
        "wording": one.wording[:60],
        "printed": one.printed,
        "computed": _fraction_text(one.computed) if one.computed else "",
        "verdict": said,
    }


def _fraction_text(computed: "Computed") -> str:
    """How the number came about: ``1483/1542 = 96.17``."""
    value = f"{computed.rounded}".replace(".", ",")
    return value if computed.out_of is None else f"{computed.count:f}/{computed.out_of:f} = {value}"
