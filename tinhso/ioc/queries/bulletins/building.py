"""An issue as a document: a function of its template, its rewordings, one snapshot and what was observed beside it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import Block, Document, PageLayout
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.units.models import Level
from tinhso.ioc.models import Bulletin
from tinhso.ioc.queries.bulletins import ledger as ledgers
from tinhso.ioc.queries.bulletins import phrases, saying
from tinhso.ioc.queries.bulletins import templates as reading
from tinhso.ioc.queries.bulletins.blocks import BlockWriting, blocks_of
from tinhso.ioc.queries.bulletins.ledger import FigureLedger, frame_of
from tinhso.ioc.queries.bulletins.revisions import figure_revisions
from tinhso.ioc.queries.bulletins.templates import Template, TemplatePart
from tinhso.kernel import clock, periods
from tinhso.kernel.errors import Refused
from tinhso.ui import wording
from tinhso.ui.round_trips import read_together

LANGUAGE = "vi"  # an official document is in Vietnamese, whoever looks
MOST_LATE = 1000


@dataclass(frozen=True)
class Built:
    """The document, the blocks that each part of the template became, and the readings that it tells."""

    document: Document
    parts: tuple[tuple[TemplatePart, tuple[Block, ...]], ...]
    figures: list[dict[str, Any]]


def build_issue(bulletin: Bulletin, observed: Mapping[str, Any] | None = None) -> Built:
    """The issue as it would be issued; ``observed`` replaces what is kept, for a draft."""
    with translation.override(LANGUAGE):
        template = reading.read_template(bulletin.spec)
        ledger = ledger_of(bulletin)
        observations = bulletin.observed if observed is None else observed
        writing = BlockWriting(ledger, observations, bulletin.texts)
        parts = tuple((part, tuple(blocks_of(part, writing))) for part in template.parts)
        subject = phrases.fill(template.subject, saying.sayings(ledger, observations.get("late_count")))
        return Built(_issue_document(bulletin, template, parts, subject), parts, ledger.figures())


def ledger_of(bulletin: Bulletin) -> FigureLedger:
    """The snapshot of an issue opened for its unit, period and audience; refuses a unit that it does not know."""
    at = frame_of(bulletin.snapshot, bulletin.audience)
    node = at.places.by_ref.get(bulletin.unit.ref)
    if node is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=bulletin.unit.ref)
    return FigureLedger(at, node, bulletin.basis, periods.parse(bulletin.period))


def observe_surroundings(bulletin: Bulletin, now: datetime) -> dict[str, Any]:
    """What stands beside the snapshot at ``now``: late returns, and figures of the former issue that have changed."""
    with translation.override(LANGUAGE):
        return {
            **_late_returns(bulletin, now),
            "revisions": figure_revisions(bulletin),
            **_observed_tables(bulletin, now),
        }


@lru_cache(maxsize=1)
def program_versions() -> dict[str, str]:
    """What else shapes the words and figures of a bulletin: our own code by its hash, and the engine's version."""
    modules = (reading, phrases, ledgers, saying, wording, contract, indicators)
    folders = sorted({Path(str(module.__file__)).parent for module in modules[:4]} | {_folder_of_module(indicators)})
    files = [path for folder in folders for path in sorted(folder.glob("*.py"))] + [Path(str(wording.__file__))]
    total = hashlib.sha256()
    for path in files:
        total.update(path.read_bytes())
    return {"tinhso-bulletins": total.hexdigest()[:16], "duckdb": version("duckdb")}


def _folder_of_module(module: object) -> Path:
    return Path(str(getattr(module, "__file__", ""))).parent


def _issue_document(
    bulletin: Bulletin, template: Template, parts: tuple[tuple[TemplatePart, tuple[Block, ...]], ...], subject: str
) -> Document:
    return Document(
        identity=bulletin.ref,
        kind=template.kind,
        subject=subject,
        letterhead=template.letterhead,
        notation=template.notation,
        blocks=tuple(block for _part, blocks in parts for block in blocks),
        signature=template.signature,
        recipients=template.recipients,
        mark=str(bulletin.spec.get("mark", "")),
        replaces=_replacement_line(bulletin),
        layout=PageLayout(**bulletin.spec.get("layout", {})),
    )


def _replacement_line(bulletin: Bulletin) -> str:
    former = bulletin.corrects.document if bulletin.corrects is not None else None
    if former is None:
        return ""
    return _("(Thay thế %(kind)s số %(number)s ngày %(day)s. Lý do: %(reason)s)") % {
        "kind": former.kind.lower(),
        "number": str(former),
        "day": wording.date_text(former.day),
        "reason": bulletin.reason,
    }


def _late_returns(bulletin: Bulletin, now: datetime) -> dict[str, Any]:
    """Overdue returns below the unit; not for the public, whose business they are not."""
    if bulletin.audience == Bulletin.Audience.PUBLIC:
        return {"late_count": None, "late": []}
    at = ledger_of(bulletin).at
    node = at.places.by_ref[bulletin.unit.ref]
    is_home_province = node.level == Level.PROVINCE and at.places.home is not None and node.pk == at.places.home.pk
    keys = frozenset() if is_home_province else frozenset(at.places.every.subtree(node.pk))
    every = chain.from_iterable(
        read_together([provider(keys, now, MOST_LATE) for provider in contract.ATTENTION_PROVIDERS])
    )
    late = sorted(
        (attention for attention in every if attention.kind == "late_return"),
        key=lambda attention: (attention.since, attention.title),
    )
    today = clock.local(now).date()
    return {"late_count": len(late), "late": [_late_row(attention, today) for attention in late[:200]]}


def _observed_tables(bulletin: Bulletin, now: datetime) -> dict[str, Any]:
    """Tables of other apps that the template asks for, as they tell them now; nothing of them for the public."""
    table_codes = [part.table for part in reading.read_template(bulletin.spec).parts if part.table]
    if not table_codes:
        return {}
    if bulletin.audience == Bulletin.Audience.PUBLIC:
        return {"tables": {}}
    period = periods.parse(bulletin.period)
    report_tables_by_key = {
        code: contract.TABLE_PROVIDERS[code](bulletin.unit.ref, period.start, period.end, now)
        for code in dict.fromkeys(table_codes)
        if code in contract.TABLE_PROVIDERS
    }
    return {
        "tables": {
            code: {"heads": table.heads, "rows": table.rows, "numbers": sorted(table.numbers), "note": table.note}
            for code, table in report_tables_by_key.items()
        }
    }


def _late_row(attention: contract.Attention, today: date) -> dict[str, str]:
    day = clock.local(attention.since).date()
    return {"title": attention.title, "since": wording.date_text(day), "days": wording.number_text((today - day).days)}
