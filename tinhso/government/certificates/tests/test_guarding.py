"""What the register lets sign: keys known as somebody else's or over are refused, unknown ones noted."""

from datetime import date
from typing import Any

import pytest

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import KEY_GUARDS, SignatureAsk, SignatureKind
from tinhso.blocks.signatures.tests.makers import a_pdf
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates import services
from tinhso.government.certificates.models import Version
from tinhso.government.certificates.queries import keys, rules
from tinhso.government.certificates.tests.makers import MANAGER, a_province
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

KEY = signing.illustrative_key("Nguyễn Văn Ví Dụ", "Xã Một")


@pytest.fixture
def unit(db: None) -> Unit:
    """The body that signs and seals."""
    a_person("vi-du", password=None)
    Person.objects.filter(username="vi-du").update(name="Nguyễn Văn Ví Dụ")
    return a_province()["X1"]


def registered(unit: Unit, **said: Any) -> Version:
    """The key's certificate in the register, as somebody's who has the signer's name."""
    known = keys.certificate_in_register(KEY.certificate)
    usual: dict[str, Any] = {
        "kind": "personal",
        "holder": "Nguyễn Văn Ví Dụ",
        "subject": "Nguyễn Văn Ví Dụ",
        "device": "usb",
        "first_day": date(2024, 1, 1),
        "last_day": date(2090, 1, 1),
    }
    told: dict[str, Any] = {
        "issuer": known.issuer,
        "serial": known.serial,
        "unit": unit,
        "by": MANAGER,
        "now": clock.now(),
    }
    return services.write_in(**(told | usual | said))


@pytest.mark.parametrize(
    ("said", "kind", "refusal"),
    [
        ({}, SignatureKind.PERSON, ""),
        ({"holder": "Trần Thị Khác"}, SignatureKind.PERSON, "key_other_person"),
        ({"last_day": date(2025, 1, 1)}, SignatureKind.PERSON, "key_expired"),
        ({"kind": "organisation", "holder": ""}, SignatureKind.PERSON, "key_not_personal"),
        ({"kind": "organisation", "holder": ""}, SignatureKind.SEAL, ""),
        ({}, SignatureKind.SEAL, "key_other_body"),
    ],
    ids=str,
)
def test_a_key_signs_for_whom_the_register_says(
    unit: Unit, said: dict[str, Any], kind: SignatureKind, refusal: str
) -> None:
    registered(unit, **said)

    told = refused_with(unit, kind)

    assert told == refusal


def test_a_key_that_was_suspended_or_revoked_or_is_another_bodys_does_not_sign(unit: Unit) -> None:
    one = registered(unit, kind="organisation", holder="")
    more: dict[str, Any] = {"ref": one.certificate.ref, "by": MANAGER, "now": clock.now(), "since": clock.today()}

    elsewhere = refused_with(Unit.objects.get(ref="X2"), SignatureKind.SEAL)
    services.suspend(why="mất thiết bị", **more)
    suspended = refused_with(unit, SignatureKind.SEAL)
    services.revoke(reason="key_exposed", decision="QĐ thử", **more)

    assert (elsewhere, suspended, refused_with(unit, SignatureKind.SEAL)) == (
        "key_other_body",
        "key_suspended",
        "key_revoked",
    )


def test_an_unknown_key_is_noted_or_refused_as_the_province_has_it(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = refused_with(unit, SignatureKind.PERSON)
    strict = rules.CertificateRules(unknown_keys="refuse")
    monkeypatch.setattr("tinhso.government.certificates.services.guarding.rules", lambda: strict)

    refused = refused_with(unit, SignatureKind.PERSON)

    assert (noted, refused) == ("", "key_unknown")
    assert Entry.objects.filter(did="used unknown certificate", actor_name="Nguyễn Văn Ví Dụ").count() == 1


def test_the_register_tells_when_a_key_last_signed(unit: Unit) -> None:
    one, now = registered(unit), clock.now()
    before = keys.last_used(one)

    by = MANAGER.__class__(ref="person:x", name="Thử", everywhere=frozenset({"sign documents"}))
    ask = SignatureAsk("k1", "van-ban-1", SignatureKind.PERSON, visible=False)
    signing.sign_content(content=a_pdf(), signer=KEY, ask=ask, unit=unit, right="sign documents", by=by, now=now)

    assert (before, keys.last_used(one)) == (None, now)


def refused_with(unit: Unit, kind: SignatureKind) -> str:
    """The code with which the register refuses the key; empty when it lets it sign."""
    assert services.guard_key in KEY_GUARDS
    try:
        services.guard_key(KEY.certificate, Person.objects.get(username="vi-du").ref, unit.ref, kind)
    except Refused as refusal:
        return refusal.code
    return ""
