"""Proofs of archived files are renewed before they end: a new version each time, the old bytes kept whole."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.signatures import queries, services
from tinhso.blocks.signatures.contract import PadesLevel, SignatureKind
from tinhso.blocks.signatures.models import ArchiveStamp, Signature
from tinhso.blocks.signatures.tests.makers import CLERK, RIGHT, a_pdf, an_ask, key_of
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Forbidden, Refused

WORKER = program_actor("signatures", rights=["operate system"])
LATER = timedelta(days=2900)  # when the simulated timestamps' certificate has some months left


def archived(authorities: Authorities, unit: Unit, about: str, level: PadesLevel = PadesLevel.B_LTA) -> Signature:
    """A file that was signed to be kept."""
    more: dict[str, Any] = {"unit": unit, "right": RIGHT, "by": CLERK, "now": clock.now()}
    ask = an_ask(SignatureKind.PERSON, level, about=about)
    return services.sign_content(content=a_pdf(about), signer=key_of(authorities), ask=ask, **more)


def test_what_ends_soon_gets_another_timestamp_once_and_can_still_be_checked(
    trusted: Authorities, province: Unit
) -> None:
    one, other = archived(trusted, province, "QD-1"), archived(trusted, province, "QD-2", PadesLevel.B_T)
    now = clock.now()

    early = services.renew_due(by=WORKER, now=now), queries.stamps_due(now)
    due = [row.signature for row in queries.stamps_due(now + LATER)]
    row = services.renew_archive_stamp(one=one, by=WORKER, now=now)
    report = services.check_file(content=bytes(row.content), now=now)

    assert early == ({}, [])
    assert due == [one]
    assert not ArchiveStamp.objects.filter(signature=other).exists()
    assert bytes(row.content).startswith(bytes(one.result))
    assert bytes(row.content).count(b"/DocTimeStamp") == 2
    assert (row.place, row.before_sha256) == (1, one.result_sha256)
    assert queries.newest_bytes(one) == (bytes(row.content), row.sha256)
    assert report.signatures[0].why == ("illustrative",)
    assert Entry.objects.filter(did="renewed timestamp", after__result=row.sha256).count() == 1


def test_the_database_keeps_every_version_and_their_order(trusted: Authorities, province: Unit) -> None:
    one, now = archived(trusted, province, "QD-1"), clock.now()
    services.note_stamps(by=WORKER, now=now)
    services.note_stamps(by=WORKER, now=now)
    row = ArchiveStamp.objects.get()

    for act in (
        lambda: ArchiveStamp.objects.update(until=now),
        lambda: ArchiveStamp.objects.all().delete(),
        lambda: ArchiveStamp.objects.create(
            signature=one, place=1, before_sha256="0" * 64, sha256="0" * 64, content=b"x", until=now, at=now
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert row.sha256 == one.result_sha256


def test_a_service_that_is_away_leaves_the_file_in_the_worklist_and_strangers_renew_nothing(
    trusted: Authorities, province: Unit, settings: Any
) -> None:
    one, now = archived(trusted, province, "QD-1"), clock.now()
    services.note_stamps(by=WORKER, now=now)
    settings.TIMESTAMP_URL = trusted.timestamps.replace("/tsa/tsa", "/tsa/khong-co")

    refused = services.renew_due(by=WORKER, now=now + LATER)

    assert list(refused) == [one.document.ref]
    assert [row.signature for row in queries.stamps_due(now + LATER)] == [one]
    with pytest.raises(Forbidden):
        services.renew_archive_stamp(one=one, by=CLERK, now=now)
    settings.TIMESTAMP_URL = ""
    with pytest.raises(Refused, match="no_timestamps"):
        services.renew_archive_stamp(one=one, by=WORKER, now=now)
