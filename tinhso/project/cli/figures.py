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

    verdicts = [
        claim_verdict
        for claim_verdict in check_claims()
        if not arguments.codes or claim_verdict.code in arguments.codes
    ]
    if arguments.json:
        as_json({"count": len(verdicts), "figures": [_for_programs(claim_verdict) for claim_verdict in verdicts]})
        return 0
    headings = [("code", "Mã"), ("wording", "Số liệu"), ("printed", "Đã công bố")]
    print_table(
        [_for_people(claim_verdict) for claim_verdict in verdicts],
        [*headings, ("computed", "Tính lại"), ("verdict", "Kết luận")],
    )
    verdict_codes = [claim_verdict.verdict for claim_verdict in verdicts]
    print("; ".join(f"{verdict_codes.count(key)} {word[2:].lower()}" for key, word in WORDS.items()))
    return 0


def _for_programs(claim_verdict: "ClaimVerdict") -> dict[str, Any]:
    matching = claim_verdict.matching
    computed = (
        asdict(claim_verdict.computed) | {"rounded": claim_verdict.computed.rounded} if claim_verdict.computed else None
    )
    return asdict(claim_verdict) | {"computed": computed, "matching": asdict(matching) if matching else None}


def _for_people(claim_verdict: "ClaimVerdict") -> dict[str, str]:
    text = WORDS[claim_verdict.verdict]
    if claim_verdict.why:
        text += f" ({claim_verdict.why})"
    elif claim_verdict.matching:
        text += f"; khớp nếu là {_fraction_text(claim_verdict.matching)}"
    return {
        "code": claim_verdict.code,
        "wording": claim_verdict.wording[:60],
        "printed": claim_verdict.printed,
        "computed": _fraction_text(claim_verdict.computed) if claim_verdict.computed else "",
        "verdict": text,
    }


def _fraction_text(computed: "Computed") -> str:
    """How the number came about: ``1483/1542 = 96.17``."""
    value = f"{computed.rounded}".replace(".", ",")
    return value if computed.out_of is None else f"{computed.count:f}/{computed.out_of:f} = {value}"
