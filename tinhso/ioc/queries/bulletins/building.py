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


def build_issue(one: Bulletin, observed: Mapping[str, Any] | None = None) -> Built:
    """The issue as it would be issued; ``observed`` replaces what is kept, for a draft."""
    with translation.override(LANGUAGE):
        template = reading.read_template(one.spec)
        ledger = ledger_of(one)
        seen = one.observed if observed is None else observed
        writing = BlockWriting(ledger, seen, one.texts)
        parts = tuple((part, tuple(blocks_of(part, writing))) for part in template.parts)
        subject = phrases.fill(template.subject, saying.sayings(ledger, seen.get("late_count")))
        return Built(_issue_document(one, template, parts, subject), parts, ledger.figures())


def ledger_of(one: Bulletin) -> FigureLedger:
    """The snapshot of an issue opened for its unit, period and audience; refuses a unit that it does not know."""
    at = frame_of(one.snapshot, one.audience)
    node = at.places.by_ref.get(one.unit.ref)
    if node is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=one.unit.ref)
    return FigureLedger(at, node, one.basis, periods.parse(one.period))


def observe_surroundings(one: Bulletin, now: datetime) -> dict[str, Any]:
    """What stands beside the snapshot at ``now``: late returns, and figures of the former issue that have changed."""
    with translation.override(LANGUAGE):
        return {**_late_returns(one, now), "revisions": figure_revisions(one), **_observed_tables(one, now)}


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
    one: Bulletin, template: Template, parts: tuple[tuple[TemplatePart, tuple[Block, ...]], ...], subject: str
) -> Document:
    return Document(
        identity=one.ref,
        kind=template.kind,
        subject=subject,
        letterhead=template.letterhead,
        notation=template.notation,
        blocks=tuple(block for _part, blocks in parts for block in blocks),
        signature=template.signature,
        recipients=template.recipients,
        mark=str(one.spec.get("mark", "")),
        replaces=_replacement_line(one),
        layout=PageLayout(**one.spec.get("layout", {})),
    )


def _replacement_line(one: Bulletin) -> str:
    former = one.corrects.document if one.corrects is not None else None
    if former is None:
        return ""
    return _("(Thay thế %(kind)s số %(number)s ngày %(day)s. Lý do: %(reason)s)") % {
        "kind": former.kind.lower(),
        "number": str(former),
        "day": wording.date_text(former.day),
        "reason": one.reason,
    }


def _late_returns(one: Bulletin, now: datetime) -> dict[str, Any]:
    """Overdue returns below the unit; not for the public, whose business they are not."""
    if one.audience == Bulletin.Audience.PUBLIC:
        return {"late_count": None, "late": []}
    at = ledger_of(one).at
    node = at.places.by_ref[one.unit.ref]
    whole = node.level == Level.PROVINCE and at.places.home is not None and node.pk == at.places.home.pk
    keys = frozenset() if whole else frozenset(at.places.every.subtree(node.pk))
    every = chain.from_iterable(
        read_together([provider(keys, now, MOST_LATE) for provider in contract.ATTENTION_PROVIDERS])
    )
    late = sorted(
        (found for found in every if found.kind == "late_return"), key=lambda found: (found.since, found.title)
    )
    today = clock.local(now).date()
    return {"late_count": len(late), "late": [_late_row(found, today) for found in late[:200]]}


def _observed_tables(one: Bulletin, now: datetime) -> dict[str, Any]:
    """Tables of other apps that the template asks for, as they tell them now; nothing of them for the public."""
    wanted = [part.table for part in reading.read_template(one.spec).parts if part.table]
    if not wanted:
        return {}
    if one.audience == Bulletin.Audience.PUBLIC:
        return {"tables": {}}
    period = periods.parse(one.period)
    told = {
        code: contract.TABLE_PROVIDERS[code](one.unit.ref, period.start, period.end, now)
        for code in dict.fromkeys(wanted)
        if code in contract.TABLE_PROVIDERS
    }
    return {
        "tables": {
            code: {"heads": table.heads, "rows": table.rows, "numbers": sorted(table.numbers), "note": table.note}
            for code, table in told.items()
        }
    }


def _late_row(found: contract.Attention, today: date) -> dict[str, str]:
    day = clock.local(found.since).date()
    return {"title": found.title, "since": wording.date_text(day), "days": wording.number_text((today - day).days)}
