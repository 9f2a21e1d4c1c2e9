"""The command about alerts: what stands, looking again, and how good the watch is."""

import argparse
from typing import Any

from tinhso.kernel import clock
from tinhso.project.cli.output import as_json, print_table
from tinhso.project.cli.place import operator_actor

LEVELS = {"province": "tỉnh", "commune": "xã, phường"}
METHODS = {"seasonal": "cách đang dùng", "year_20": "±20% so cùng kỳ", "sigma_3": "3 sigma quanh trung bình"}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add alerts."""
    parser = commands.add_parser(
        "alerts", help="liệt kê cảnh báo; --evaluate xét lại ngay, --rehearse đo tỷ lệ báo nhầm"
    )
    parser.add_argument("--evaluate", action="store_true", help="xét lại ngay theo bản chụp mới nhất")
    parser.add_argument(
        "--rehearse", action="store_true", help="diễn lại quá khứ: báo nhầm bao nhiêu, bắt được bao nhiêu"
    )
    parser.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    parser.set_defaults(run=run_alerts)


def run_alerts(arguments: argparse.Namespace) -> int:
    """List what stands, look again first when asked to, or measure how good the watch is."""
    from tinhso.ioc.services import alerting

    if arguments.rehearse:
        return _rehearse_alerts(arguments.json)
    if arguments.evaluate:
        outcome = alerting.evaluate(by=operator_actor(), now=clock.now())
        print(f"Mở {len(outcome.opened)}, còn tiếp {outcome.continued}, hết {len(outcome.resolved)} cảnh báo.")
    return _list_alerts(arguments.json)


def _list_alerts(json: bool) -> int:
    from tinhso.ioc.queries.alerting import listed, said
    from tinhso.ioc.queries.frame import snapshot_frame

    by = operator_actor()
    at = snapshot_frame(by)
    rows: list[dict[str, Any]] = [
        {
            "ref": alert.ref,
            "kind": str(alert.get_kind_display()) if not json else alert.kind,
            "state": str(alert.get_state_display()) if not json else alert.state,
            "title": said.title_of(at, alert),
            "period": alert.period,
            "owner": alert.owner.name if alert.owner else "",
        }
        for alert in listed.ordered_alerts(by, listed.AlertFilter())
    ]
    if json:
        as_json({"count": len(rows), "alerts": rows})
        return 0
    columns = [("ref", "Mã"), ("kind", "Loại"), ("state", "Trạng thái"), ("title", "Cảnh báo"), ("owner", "Phụ trách")]
    print_table(rows, columns)
    print(f"{len(rows)} cảnh báo đang có")
    return 0


def _rehearse_alerts(json: bool) -> int:
    from tinhso.ioc.queries.alerting import rehearsal
    from tinhso.ioc.queries.alerting.rules import rules
    from tinhso.ioc.queries.frame import snapshot_frame

    scores = rehearsal.rehearse(snapshot_frame(operator_actor()), rules())
    rows = [_rehearsal_row(level, method, score) for (level, method), score in sorted(scores.items(), reverse=True)]
    if json:
        as_json({"seed": rehearsal.SEED, "scores": rows})
        return 0
    columns = [
        ("level", "Cấp"),
        ("method", "Cách"),
        ("tests", "Lần xét"),
        ("alarms", "Báo nhầm"),
        ("per_thousand", "trên 1.000"),
        ("near_mergers", "quanh sắp xếp"),
        ("small", "Bắt cú nhỏ"),
        ("medium", "vừa"),
        ("large", "lớn"),
        ("echoes", "dư âm/1.000"),
    ]
    print_table([row | {"level": LEVELS[row["level"]], "method": METHODS[row["method"]]} for row in rows], columns)
    print("Cú nhỏ, vừa, lớn: một kỳ của bản sao bị kéo lệch 5, 10, 20 điểm (tỷ lệ) hoặc 20, 40, 80% (số lượng).")
    return 0


def _rehearsal_row(level: str, method: str, score: Any) -> dict[str, Any]:
    share_by_size = {size: score.share_found(size) for size in score.tried}
    return {
        "level": level,
        "method": method,
        "tests": score.tests,
        "alarms": score.alarms,
        "per_thousand": round(score.per_thousand(score.alarms), 2),
        "near_mergers": score.near_mergers,
        **{size: None if part is None else f"{100 * part:.0f}%" for size, part in share_by_size.items()},
        "echoes": round(score.per_thousand(score.echoes), 2),
    }
