"""One certificate: its story, the names that it had, and what somebody may do with it."""

from dataclasses import dataclass
from datetime import date, datetime

from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.queries import lookup, wording
from tinhso.government.certificates.queries.rules import rules
from tinhso.government.certificates.rights import ASK_FOR_CERTIFICATES, MANAGE_CERTIFICATES
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class CertificateEvent:
    """One thing that happened: from which day it holds, when it was written down, by whom, and what it changed."""

    words: str
    since: date
    until: date | None
    at: datetime
    by: str
    note: str
    decision: str
    reason: str
    is_former: bool
    source: str
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True)
class CertificateActs:
    """What somebody may do with a certificate."""

    manage: bool
    ask: bool
    reveal: bool


COMPARED = ("subject", "unit", "holder", "post_title", "state", "first_day", "last_day", "device", "device_serial")


def certificate_story(version: Version) -> list[CertificateEvent]:
    """What holds now of the certificate and since when, the newest first; then what was once believed."""
    every = list(lookup.versions_of(version.certificate))
    live = sorted(
        (version for version in every if version.known.upper is None), key=lambda version: version.valid.lower
    )
    former = [version for version in every if version.known.upper is not None]
    certificate_events = [_history_line(version, live[at - 1] if at else None) for at, version in enumerate(live)]
    gone = [version for version in former if not _lives_on(version, live)]
    return [*reversed(certificate_events), *(_history_line(version, None) for version in gone)]


def _lives_on(one: Version, live: list[Version]) -> bool:
    """Whether a former word is still said, for the days before a change."""
    return any(
        version.did == one.did
        and version.valid.lower == one.valid.lower
        and _compared_values(version) == _compared_values(one)
        for version in live
    )


def _compared_values(version: Version) -> tuple[object, ...]:
    return tuple(getattr(version, name) for name in COMPARED)


def _history_line(version: Version, before: Version | None) -> CertificateEvent:
    changes = []
    for name in COMPARED if before is not None else ():
        was, now = _field_text(before, name), _field_text(version, name)
        if was != now:
            changes.append((wording.label_of(name), was, now))
    return CertificateEvent(
        words=wording.did_words(version.did),
        since=version.valid.lower,
        until=version.valid.upper,
        at=version.known.lower,
        by=version.by_name,
        note=version.note,
        decision=version.decision,
        reason=rules().reason(version.reason) if version.reason else "",
        is_former=version.known.upper is not None,
        source=version.source,
        changes=changes,
    )


def _field_text(version: Version | None, name: str) -> str:
    value = getattr(version, name)
    if name in ("state", "device"):
        return str(getattr(version, f"get_{name}_display")())
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(getattr(value, "name", value) or "—")


def former_names(version: Version) -> list[tuple[str, date, date | None]]:
    """The names that the certificate carried, with the days from and before which it did, the newest first."""
    live = Version.objects.filter(certificate=version.certificate, known__upper_inf=True).order_by("valid")
    names: list[tuple[str, date, date | None]] = []
    for subject, valid in live.values_list("subject", "valid"):
        if names and names[-1][0] == subject:
            names[-1] = (subject, names[-1][1], valid.upper)
        else:
            names.append((subject, valid.lower, valid.upper))
    return names[::-1]


def requests_of(version: Version) -> list[Request]:
    """Requests about the certificate, the newest first."""
    return list(Request.objects.filter(certificate=version.certificate).order_by("-made_at")[:20])


def allowed_acts(version: Version, by: Actor) -> CertificateActs:
    """What ``by`` may do with a certificate."""
    manages, asks = by.can(MANAGE_CERTIFICATES, at=version.unit), by.can(ASK_FOR_CERTIFICATES, at=version.unit)
    return CertificateActs(manage=manages, ask=asks and version.state != "revoked", reveal=manages or asks)
