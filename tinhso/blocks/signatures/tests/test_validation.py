"""Everybody checks signatures: honest verdicts with reasons, attacks found, hostile files bounded, nothing kept."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.identity.models import Turns
from tinhso.blocks.signatures import queries, services
from tinhso.blocks.signatures.contract import CheckVerdict, PadesLevel
from tinhso.blocks.signatures.services import trust_services
from tinhso.blocks.signatures.tests import attacks
from tinhso.blocks.signatures.tests.makers import a_pdf, signed
from tinhso.kernel import clock

PAGE = "/verify/signature/"


def verdict_of(content: bytes) -> CheckVerdict:
    return services.check_file(content=content, now=clock.now()).verdict


@pytest.fixture
def real(trusted: Authorities, settings: Any, tmp_path: Path) -> Authorities:
    """The simulated root as if it were a real one."""
    listed = (trusted.trust / "trust.toml").read_text().replace("illustrative = true", "")
    (tmp_path / "trust.toml").write_text(listed)
    (tmp_path / "root.cer").write_bytes((trusted.trust / "root.cer").read_bytes())
    settings.TRUST_DIR = str(tmp_path)
    return trusted


def test_an_honest_signature_is_valid_and_says_who_and_when(real: Authorities) -> None:
    report = services.check_file(content=signed(real), now=clock.now())

    one = report.signatures[0]
    assert report.verdict is CheckVerdict.VALID
    assert one.who.startswith("Nguyễn Văn Ví Dụ")
    assert one.claimed_at is not None
    assert one.proven_at is not None
    assert abs((one.claimed_at - one.proven_at).total_seconds()) < 60
    assert one.why == ()


@pytest.mark.parametrize("attack", attacks.ATTACKS, ids=lambda one: one.__name__)
def test_an_altered_file_is_never_valid(real: Authorities, attack: Callable[[bytes], bytes]) -> None:
    content = signed(real, level=PadesLevel.B_T)

    altered = attack(content)

    assert altered != content
    assert verdict_of(altered) is CheckVerdict.INVALID


@pytest.mark.parametrize(
    ("name", "why"), [("thu-hoi", "revoked"), ("la", "unknown_issuer"), ("chu-tich", None)], ids=lambda one: str(one)
)
def test_who_is_trusted_is_what_the_list_and_the_issuers_say(real: Authorities, name: str, why: str | None) -> None:
    report = services.check_file(content=signed(real, name, PadesLevel.B_T), now=clock.now())

    assert report.signatures[0].why == ((why,) if why else ())
    assert report.verdict is (CheckVerdict.UNKNOWN if why else CheckVerdict.VALID)


def test_offline_says_plainly_that_it_is_not_known(trusted: Authorities, settings: Any) -> None:
    bare, proven = signed(trusted, level=PadesLevel.B_T), signed(trusted, level=PadesLevel.B_LT)
    settings.SIGNING_HOSTS, settings.TIMESTAMP_URL = [], ""
    services.clear_fetch_cache()

    reports = [services.check_file(content=one, now=clock.now()) for one in (bare, proven)]

    assert reports[0].verdict is CheckVerdict.UNKNOWN
    assert "status_unknown" in reports[0].signatures[0].why
    assert reports[1].verdict is CheckVerdict.VALID_BUT


def test_an_issuer_that_was_trusted_later_or_before_is_not_trusted(real: Authorities, settings: Any) -> None:
    content = signed(real)
    path = Path(settings.TRUST_DIR) / "trust.toml"
    path.write_text(path.read_text().replace("since = ", "until = 2020-01-01\nsince = "))

    assert verdict_of(content) is CheckVerdict.UNKNOWN


@pytest.mark.parametrize(
    ("content", "verdict", "why"),
    [
        (a_pdf(), CheckVerdict.NOT_SIGNED, "no_signature"),
        (b"GIF89a", CheckVerdict.NOT_SIGNED, "not_pdf"),
        (b"%PDF-1.7\n", CheckVerdict.UNKNOWN, "broken_file"),
        (b"%PDF-1.7\n" + b"startxref\n0\n%%EOF\n" * 500, CheckVerdict.UNKNOWN, "too_many"),
    ],
    ids=["unsigned", "no pdf", "torn", "many revisions"],
)
def test_what_is_not_signed_or_not_readable_is_said(
    offline: Authorities, content: bytes, verdict: CheckVerdict, why: str
) -> None:
    report = services.check_file(content=content, now=clock.now())

    assert (report.verdict, report.why) == (verdict, (why,))


@pytest.mark.parametrize("hostile", attacks.HOSTILE, ids=lambda one: one.__name__)
def test_a_hostile_file_breaks_nothing_and_the_next_is_checked(
    offline: Authorities, hostile: Callable[[], bytes]
) -> None:
    report = services.check_file(content=hostile(), now=clock.now())

    assert report.verdict is CheckVerdict.UNKNOWN
    assert report.why[0] in ("broken_file", "too_heavy", "too_many")
    assert verdict_of(a_pdf()) is CheckVerdict.NOT_SIGNED


def test_a_file_that_ends_anywhere_is_never_valid(offline: Authorities) -> None:
    content = signed(offline, level=PadesLevel.B_B)

    verdicts = {verdict_of(content[:length]) for length in range(1000, len(content), 1000)}

    assert len(content) > 10_000
    assert verdicts <= {CheckVerdict.UNKNOWN, CheckVerdict.INVALID, CheckVerdict.NOT_SIGNED}


def test_five_hundred_signatures_are_too_many(offline: Authorities) -> None:
    report = services.check_file(content=attacks.crowd(signed(offline, level=PadesLevel.B_B), 500), now=clock.now())

    assert report.why == ("too_many",)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "http://ca.example@127.0.0.1/x",
        "http://ca.example:8080/x",
        "gopher://ca.example/x",
        "http://[::1]/x",
    ],
)
def test_nobody_is_asked_whom_the_operator_did_not_name(settings: Any, url: str) -> None:
    settings.SIGNING_HOSTS, settings.TIMESTAMP_URL = ["ca.example"], ""

    assert not trust_services.is_allowed(url)
    assert trust_services.is_allowed("http://ca.example/x")
    with pytest.raises(PermissionError):
        trust_services.fetch_address(url)


@pytest.mark.django_db
def test_the_page_tells_the_verdict_and_keeps_nothing(
    real: Authorities, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = attacks.swap_the_contents(signed(real, level=PadesLevel.B_T))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))

    answer = client.post(PAGE, {"file": SimpleUploadedFile("a.pdf", content)})

    page = answer.content.decode()
    assert "Chữ ký KHÔNG hợp lệ" in page
    assert "Nguyễn Văn Ví Dụ" in page
    assert not StoredFile.objects.exists()
    assert not Entry.objects.exists()
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.django_db
def test_a_program_asks_the_same_in_its_language(real: Authorities, client: Client) -> None:
    answer = client.post(
        "/api/v1/signatures/check", signed(real), content_type="application/pdf", headers={"Accept-Language": "en"}
    )

    said = answer.json()
    assert (answer.status_code, said["verdict"], len(said["signatures"])) == (200, "valid", 1)
    assert said["signatures"][0]["notes"] == []


@pytest.mark.django_db
def test_an_address_that_asks_too_often_is_asked_to_wait(offline: Authorities, client: Client) -> None:
    client.post(PAGE, {"file": SimpleUploadedFile("a.pdf", b"x")})
    Turns.objects.update(count=queries.rules().checking.per_hour)

    answer = client.post(PAGE, {"file": SimpleUploadedFile("a.pdf", b"x")})

    assert answer.status_code == 409
    assert "quá nhiều lần" in answer.content.decode()
    assert "127.0.0.1" not in Turns.objects.get().mark


def test_a_file_that_is_too_large_is_not_even_read(client: Client) -> None:
    answer = client.post(PAGE, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="30000000")

    assert answer.status_code == 409
    assert "lớn hơn 20 MB" in answer.content.decode()


def test_every_reason_has_words_in_both_languages() -> None:
    from tinhso.blocks.signatures.queries import verdicts

    codes = [*verdicts.AGAINST, *verdicts.NOTES, *verdicts.FILES]

    vietnamese = queries.reason_words(codes)
    with override("en"):
        english = queries.reason_words(codes)

    assert len(set(vietnamese)) == len(codes)
    assert not set(vietnamese) & set(english)
