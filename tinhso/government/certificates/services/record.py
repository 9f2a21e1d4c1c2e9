"""The one way in which the register changes: a new word from a day on, the former one kept as what was known."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.government.certificates import events
from tinhso.government.certificates.models import Certificate, Version
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold, nfc

TICK = timedelta(microseconds=1)
HIDDEN = ("id_number", "phone")
SAID = (
    "kind",
    "state",
    "unit",
    "holder",
    "person",
    "post_title",
    "id_number",
    "phone",
    "subject",
    "key_usage",
    "first_day",
    "last_day",
    "device",
    "device_serial",
    "must_change_since",
    "must_change_by",
    "must",
    "reason",
    "decision",
    "note",
)


def search_text_of(version: Version) -> str:
    """What the search looks into; numbers of people are no part of it."""
    parts = (
        version.certificate.ref,
        version.certificate.serial,
        version.subject,
        version.holder,
        version.post_title,
        version.device_serial,
    )
    return fold(" ".join((*parts, version.unit.name)))


def serial_of(text: str) -> str:
    """A serial number in the register's spelling; refuses what is no hexadecimal number."""
    bare = "".join(text.upper().removeprefix("0X").split()).replace(":", "").replace("-", "").lstrip("0")
    if not bare or len(bare) > 64 or set(bare) - set("0123456789ABCDEF"):
        raise Refused("bad_serial", _("Số sê-ri phải là số hệ 16 (0–9, A–F), tối đa 64 chữ số."))
    return bare


def issuer_key(issuer: str) -> str:
    """By what two spellings of an issuer are the same."""
    return fold(issuer)[:300]


def register_certificate(
    *,
    issuer: str,
    serial: str,
    since: date,
    did: str,
    by: Actor,
    now: datetime,
    source: str = "",
    replaces: Certificate | None = None,
    demo: bool = False,
    **said: Any,
) -> Version:
    """A certificate that the register did not know, or one whose every word was taken back.

    Refuses one of the same issuer and serial that is in the register.
    """
    issuer, serial = nfc(issuer).strip()[:300], serial_of(serial)
    if not issuer:
        raise Refused("no_issuer", _("Hãy ghi nơi cấp chứng thư."))
    try:
        with transaction.atomic():
            certificate, _is_new = Certificate.objects.select_for_update().get_or_create(
                issuer_key=issuer_key(issuer),
                serial=serial,
                defaults={"ref": refs.new_ref("CTS"), "issuer": issuer, "replaces": replaces, "is_demo": demo},
            )
            if certificate.versions.filter(known__upper_inf=True).exists():
                raise IntegrityError
    except IntegrityError as error:
        words = _("Chứng thư số %(serial)s của nơi cấp này đã có trong sổ.")
        raise Refused("serial_taken", words, serial=serial) from error
    former = certificate.versions.order_by("-known__endswith").first()
    at = now if former is None or former.known.upper <= now else former.known.upper
    return _insert_version(certificate, said, DateRange(since, None), at, did=did, by=by, source=source)


def record_change(
    certificate: Certificate, *, since: date, did: str, by: Actor, now: datetime, source: str = "", **said: Any
) -> Version:
    """From ``since`` on, ``said`` is so of ``certificate``, which the caller holds locked; later words stay.

    Refuses a day before the register knows of the certificate.
    """
    versions = certificate.versions.filter(known__upper_inf=True)
    live = versions.filter(valid__contains=since).first()
    if live is None:
        raise Refused("too_early", _("Sổ chưa biết chứng thư này vào ngày đó. Hãy chọn ngày muộn hơn."))
    at = max(now, live.known.lower + TICK)
    Version.objects.filter(pk=live.pk).update(known=DateTimeTZRange(live.known.lower, at, "[)"))
    first, end = live.valid.lower, live.valid.upper
    values = {name: getattr(live, name) for name in SAID}
    if first is None or first < since:
        _keep_former_days(live, DateRange(first, since), at)
    changed = {name: value for name, value in said.items() if values[name] != value}
    return _insert_version(
        certificate, values | said, DateRange(since, end), at, did=did, by=by, source=source, changed=changed
    )


def _keep_former_days(live: Version, valid: DateRange, at: datetime) -> None:
    """The former word holds on for the days before the change."""
    live.pk = None
    live._state.adding = True
    live.valid, live.known = valid, DateTimeTZRange(at, None, "[)")
    live.save(force_insert=True)


def _insert_version(
    certificate: Certificate,
    said: Mapping[str, Any],
    valid: DateRange,
    at: datetime,
    *,
    did: str,
    by: Actor,
    source: str,
    changed: Mapping[str, Any] | None = None,
) -> Version:
    version = Version(
        certificate=certificate,
        valid=valid,
        known=DateTimeTZRange(at, None, "[)"),
        did=did,
        by=by.ref,
        by_name=by.name,
        source=source,
        **said,
    )
    version.search_text = search_text_of(version)
    version.save(force_insert=True)
    values = said if changed is None else changed
    audit.record(
        by=by, did=f"certificate {did}", to=certificate, after=_audited_values(values) | {"since": str(valid.lower)}
    )
    outbox.emit(events.CertificateChanged(ref=certificate.ref, did=did, unit=version.unit.ref, by=by.ref))
    return version


def _audited_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit log keeps; numbers of people only as having been set."""
    return {
        name: "•••" if name in HIDDEN and value else getattr(value, "ref", None) or (str(value) if value else "")
        for name, value in values.items()
    }


def take_back(certificate: Certificate, *, run_at: datetime, by: Actor, now: datetime) -> None:
    """Say again what was said before ``run_at``; refuses when something was said since.

    With nothing said before, the certificate is in the register no more.
    """
    live = list(certificate.versions.filter(known__upper_inf=True))
    if any(live_version.known.lower > run_at for live_version in live):
        words = _("Chứng thư %(serial)s đã được ghi thêm sau lần nhập này nên không hoàn tác được.")
        raise Refused("changed_since", words, serial=certificate.serial)
    formers = list(certificate.versions.filter(known__endswith=run_at))
    at = max([now, *(live_version.known.lower + TICK for live_version in live)])
    touched = [live_version for live_version in live if live_version.known.lower == run_at]
    for version in touched:
        Version.objects.filter(pk=version.pk).update(known=DateTimeTZRange(version.known.lower, at, "[)"))
    for version in formers:
        _keep_former_days(version, version.valid, at)
    audit.record(by=by, did="certificate undone", to=certificate, after={"versions": len(touched)})
