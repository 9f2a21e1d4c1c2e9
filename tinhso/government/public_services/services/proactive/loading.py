"""Loading a province's rules: what is the same stays, what changed is known anew, what is missing is known no more."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.government.public_services.models import ProactiveRule
from tinhso.government.public_services.queries.proactive import rules, shape
from tinhso.government.public_services.queries.proactive.shape import Document
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MOST_FAULTS = 20
LOCK = 0x6364_7163  # one loading at a time
PLAIN = (*shape.TEXTS, *shape.DAYS, *shape.MARKS, "level", "trigger", "prefill", "held")


@dataclass(frozen=True)
class LoadedRules:
    """How many rules the file holds, and how many were new, different or gone."""

    rules: int
    changed: int


@transaction.atomic
def load_rules(*, path: Path, by: Actor, now: datetime) -> LoadedRules:
    """Take over ``proactive.toml``, the whole list of rules; doing it twice changes nothing, a fault changes nothing.

    Faults are told with file, rule and field, as many as there are. A province without the file has no rules.
    """
    by.must_be_able_to(MANAGE_PROCEDURES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    document_by_key = _read_rules(path)
    live = {(rule.code, rule.effective.lower): rule for rule in rules.live_rules().select_for_update()}
    gone = [
        rule
        for key, rule in live.items()
        if key not in document_by_key or _differs_from_document(rule, document_by_key[key])
    ]
    for proactive_rule in gone:
        proactive_rule.known = DateTimeTZRange(proactive_rule.known.lower, now, "[)")
        proactive_rule.save(update_fields=["known"])
    unchanged_keys = {(proactive_rule.code, proactive_rule.effective.lower) for proactive_rule in live.values()} - {
        (proactive_rule.code, proactive_rule.effective.lower) for proactive_rule in gone
    }
    new = [document for key, document in document_by_key.items() if key not in unchanged_keys]
    ProactiveRule.objects.bulk_create([_rule_of_document(document, now) for document in new])
    touched = sorted({proactive_rule.code for proactive_rule in gone} | {document["code"] for document in new})
    if touched:
        audit.record(
            by=by, did="changed proactive rules", to=(ProactiveRule._meta.label, "all"), after={"codes": touched}
        )
    return LoadedRules(len(document_by_key), len(touched))


def _read_rules(path: Path) -> dict[tuple[str, Any], Document]:
    try:
        rule_entries = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", []) if path.is_file() else []
    except tomllib.TOMLDecodeError as error:
        raise Refused("bad_toml", _("Tệp %(name)s sai cú pháp: %(why)s."), name=path.name, why=str(error)) from error
    document_by_key: dict[tuple[str, Any], Document] = {}
    faults: list[str] = []
    for at, rule_entry in enumerate(rule_entries, 1):
        document, wrong = shape.read_rule(rule_entry)
        place = f"{path.name}, {at} ({rule_entry.get('code', '?')})"
        faults += [f"{place}: {fault.field} {fault.why}" for fault in wrong]
        key = (document.get("code", ""), document.get("effective_from"))
        if document and key in document_by_key:
            faults.append(f"{place}: {_('trùng mã và ngày bắt đầu với một quy tắc ở trên')}")
        elif document:
            document_by_key[key] = document
    faults += _overlap_faults(path.name, list(document_by_key.values()))
    if faults:
        raise Refused("bad_rule", "%(faults)s", faults="; ".join(faults[:MOST_FAULTS]))
    return document_by_key


def _overlap_faults(name: str, documents: Sequence[Document]) -> list[str]:
    """A version without an end ends where the next one of its code begins; one with an end must not reach into it."""
    faults = []
    ordered = sorted(documents, key=lambda one: (one["code"], one["effective_from"]))
    for values, after in pairwise(ordered):
        if values["code"] != after["code"]:
            continue
        if values["effective_to"] is None:
            values["effective_to"] = after["effective_from"]
        elif values["effective_to"] > after["effective_from"]:
            why = _("chồng lên phiên bản sau của cùng mã")
            faults.append(f"{name}, {values['code']}: effective_to {why}")
    return faults


def _differs_from_document(proactive_rule: ProactiveRule, document: Document) -> bool:
    values: Mapping[str, Any] = {name: getattr(proactive_rule, name) for name in PLAIN}
    return (
        values != {name: document[name] for name in PLAIN} or proactive_rule.effective.upper != document["effective_to"]
    )


def _rule_of_document(document: Document, now: datetime) -> ProactiveRule:
    return ProactiveRule(
        effective=DateRange(document["effective_from"], document["effective_to"], "[)"),
        known=DateTimeTZRange(now, None, "[)"),
        **{name: document[name] for name in PLAIN},
    )
