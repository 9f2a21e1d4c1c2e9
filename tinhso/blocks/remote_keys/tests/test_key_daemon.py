"""Seals: their keys and PIN stay in the process that keeps keys, and what does not open is said."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.simulators.certificate_authority import PASSWORD, Authorities
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.tests.conftest import SEALS_PIN
from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import WAYS, CheckVerdict, SignatureKind
from tinhso.blocks.signatures.tests.makers import CLERK, RIGHT, a_pdf, an_ask, key_of
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

MARK = "dau-vet-8152437"  # lies in the memory that is searched, so that the search is known to find things
PAGES = """
import sys
import django
django.setup()
from tinhso.blocks.remote_keys import services
from tinhso.blocks.units.models import Unit
signature = services.seal_of(Unit(ref="p")).sign(b"ban hanh")
print(len(signature), flush=True)
sys.stdin.readline()
"""


def memory_of(process: int) -> bytes:
    """What a process may write to: all that a dump would hold of its own."""
    found = []
    with Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            where = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if where is not None and "[v" not in line:
                begin, end = (int(part, 16) for part in where.groups())
                memory.seek(begin)
                found.append(memory.read(end - begin))
    return b"".join(found)


def test_neither_the_pin_nor_the_key_of_a_seal_is_ever_in_the_memory_of_who_serves_pages(
    authorities: Authorities, seals: Path, token: dict[str, str], settings: Any
) -> None:
    told = {
        "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
        "TINHSO_VAR": str(seals),
        "TINHSO_SECRET_KEY": MARK,
        "TINHSO_PROVINCE": str(seals),
        "TINHSO_PKCS11_MODULE": token["module"],
        "TINHSO_PKCS11_PIN_FILE": str(seals / "pin"),
        "PYTHONPATH": str(settings.ROOT),
    }
    private: Any = pkcs12.load_key_and_certificates(authorities.p12("con-dau"), PASSWORD.encode())[0]
    prime = private.private_numbers().p
    serving = subprocess.Popen(
        [sys.executable, "-c", PAGES], env=os.environ | told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    try:
        assert serving.stdout is not None
        signature = serving.stdout.readline()
        try:
            memory, maps = memory_of(serving.pid), Path(f"/proc/{serving.pid}/maps").read_text()
        except PermissionError:
            pytest.skip("máy không cho đọc bộ nhớ của tiến trình con (yama/ptrace)")
    finally:
        serving.communicate("\n")

    assert signature.strip() == "256"
    assert MARK.encode() in memory
    assert SEALS_PIN.encode() not in memory
    assert not any(prime.to_bytes(128, order) in memory for order in ("big", "little"))
    assert "softhsm" not in maps.lower()


@pytest.mark.parametrize("wrong", ["sai-pin", None], ids=["wrong PIN", "no file"])
def test_a_seal_that_does_not_open_is_said_and_signs_nothing(seals: Path, wrong: str | None) -> None:
    if wrong is None:
        (seals / "pin").unlink()
    else:
        (seals / "pin").write_text(wrong)

    with pytest.raises(Refused, match="token_refuses"):
        services.seal_of(Unit(ref="p"))


def test_a_body_without_a_seal_and_a_province_without_a_device_say_so(seals: Path, settings: Any) -> None:
    way = WAYS["token"]

    with pytest.raises(Refused, match="no_seal"):
        services.seal_of(Unit(ref="q"))
    settings.PKCS11_MODULE = ""
    with pytest.raises(Refused, match="no_token"):
        services.seal_of(Unit(ref="p"))
    assert [way.offered(person="", unit="p", kind=kind) for kind in (SignatureKind.SEAL, SignatureKind.PERSON)] == [
        True,
        False,
    ]


def test_a_person_signs_with_a_file_and_the_organisation_seals_with_its_token(
    trusted: Authorities, seals: Path, province: Unit
) -> None:
    original, now = a_pdf(), clock.now()
    more: dict[str, Any] = {"unit": province, "right": RIGHT, "by": CLERK, "now": now}

    first = signing.sign_content(content=original, signer=key_of(trusted), ask=an_ask(about="QD-1"), **more)
    seal = services.seal_of(province)
    second = signing.sign_content(
        content=bytes(first.result), signer=seal, ask=an_ask(SignatureKind.SEAL, about="QD-1"), **more
    )
    report = signing.check_file(content=bytes(second.result), now=now)

    assert [(row.place, row.kind, row.key) for row in (first, second)] == [
        (1, "person", "pkcs12"),
        (2, "seal", "pkcs11"),
    ]
    assert second.signed_sha256 == first.result_sha256
    assert signatures.latest_signature("QD-1").result_sha256 == hashlib.sha256(bytes(second.result)).hexdigest()
    assert [one.who.split(" (")[0] for one in report.signatures] == [
        "Nguyễn Văn Ví Dụ",
        "Ủy ban nhân dân tỉnh Hai Sông",
    ]
    assert report.verdict is CheckVerdict.VALID_BUT
    assert "signed_after" in report.signatures[0].notes
    assert Entry.objects.filter(did="signed: seal", after__result=second.result_sha256).exists()
