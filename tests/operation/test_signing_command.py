"""`tinhso signing`: a key is made, certified and ended at the machine; programs are let ask."""

import io
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.models import Application, Credential
from tinhso.blocks.remote_keys.tests.conftest import hsm, token
from tinhso.blocks.remote_keys.tests.makers import PIN, SECRET
from tinhso.blocks.signatures.tests.conftest import authorities, trusted
from tinhso.kernel.errors import Refused
from tinhso.project.cli import command_parser

__all__ = ["authorities", "hsm", "token", "trusted"]  # the devices that the tests of signing share
pytestmark = pytest.mark.django_db


def run(*said: object) -> int:
    """A command of the program, as it is typed."""
    arguments = command_parser().parse_args(["signing", *map(str, said)])
    code: int = arguments.run(arguments)
    return code


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody at the keyboard who types a PIN."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\n"))
    return PIN


def test_a_key_is_made_certified_and_ended(
    hsm: Authorities, typed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    TOTP.activate(a_person("lan", email="lan@vi-du.vn"), SECRET)
    request, certificate, issuer = (tmp_path / name for name in ("lan.csr", "lan.cer", "issuer.cer"))

    made = run("key", "lan", "--request", request, "--algorithm", "ec", "--codes", "totp", "mail")
    one = Credential.objects.get()
    certificate.write_bytes(hsm.certify(request.read_bytes()))
    issuer.write_bytes(hsm.certificate("root-issuer"))
    waiting = one.status
    certified = run("certify", one.ref, certificate, issuer)
    usable = queries.credential_by_ref(one.ref).status
    ended = run("disable", one.ref, "--why", "mất điện thoại")

    assert (made, certified, ended) == (0, 0, 0)
    assert (waiting, usable, queries.credential_by_ref(one.ref).status) == ("waiting", "enabled", "disabled")
    assert one.codes == ["totp", "mail"]
    assert len(queries.credential_by_ref(one.ref).chain) == 1
    told = capsys.readouterr().out
    assert told.count(one.ref) == 3
    assert typed not in told


def test_a_key_of_nobody_is_neither_made_nor_ended(hsm: Authorities, typed: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no_such_person"):
        run("key", "khong-co", "--request", tmp_path / "x.csr")
    with pytest.raises(Refused, match="unknown_credential"):
        run("disable", "KX-LA", "--why", "thử")
    assert not (tmp_path / "x.csr").exists()


def test_a_programs_secret_is_shown_once_and_a_public_one_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    run("program", "Phần mềm kế toán", "https://ke-toan.vi-du.vn/xong")
    secret = capsys.readouterr().out.split()[-1]
    run("program", "Ứng dụng máy bàn", "http://127.0.0.1:7777/xong", "--public")
    public = capsys.readouterr().out
    with pytest.raises(Refused, match="bad_address"):
        run("program", "Xấu", "http://vi-du.vn/xong")

    kept = list(Application.objects.order_by("pk"))
    assert len(secret) >= 40
    assert secret not in kept[0].secret
    assert "client_secret" not in public
    assert [bool(one.secret) for one in kept] == [True, False]


def test_the_worklist_of_archived_files_says_that_nothing_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    assert (run("archive"), run("archive", "--renew")) == (0, 0)
    assert capsys.readouterr().out == "Không có tệp nào sắp hết hạn dấu thời gian.\n" * 2
