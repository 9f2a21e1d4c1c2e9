"""The register in two times, what the database refuses, files of certificates, numbers of people."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from django.db import IntegrityError, transaction

from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.government.certificates import services
from tinhso.government.certificates.models import Certificate, Version
from tinhso.government.certificates.queries import detail, lookup, reading_files, search
from tinhso.government.certificates.tests import makers as a
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def test_the_register_answers_as_of_a_day_and_as_known_at_a_moment() -> None:
    place = a.a_province()
    one = a.a_certificate(place["X1"])
    ref, told = one.certificate.ref, datetime(2026, 5, 1, tzinfo=UTC)

    services.suspend(ref=ref, why="mất điện", by=a.MANAGER, now=told, since=date(2026, 4, 1), decision="QĐ 1")
    services.correct(ref=ref, why="gõ sai", by=a.MANAGER, now=told, since=date(2024, 1, 1), subject="Xã Một (đúng)")

    def state(day: date, known_at: datetime | None = None) -> tuple[str, str]:
        found = lookup.visible_version(ref, by=a.MANAGER, day=day, known_at=known_at)
        return found.state, found.subject

    assert state(date(2026, 3, 31)) == ("active", "Xã Một (đúng)")
    assert state(date(2026, 4, 1)) == ("suspended", "Xã Một")
    assert state(date(2026, 4, 1), told - timedelta(days=1)) == ("active", "Xã Một")
    assert [it.words for it in detail.certificate_story(one)][:2] == ["Tạm dừng", "Sửa điều ghi sai"]
    assert any(it.is_former for it in detail.certificate_story(one))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE certificates_version SET subject = 'khác'",
        "UPDATE certificates_version SET known = tstzrange(lower(known), NULL) WHERE NOT upper_inf(known)",
        "DELETE FROM certificates_version",
        "DELETE FROM certificates_certificate",
        "UPDATE certificates_certificate SET serial = 'BAD'",
        "INSERT INTO certificates_certificate (ref, issuer, issuer_key, serial, is_demo)"
        " VALUES ('x', 'x', 'x', '0xg', false)",
    ],
)
def test_the_database_lets_nobody_rewrite_what_the_register_said(change: str) -> None:
    from django.db import connection

    one = a.a_certificate(a.a_province()["X1"])
    services.suspend(ref=one.certificate.ref, why="thử", by=a.MANAGER, now=a.NOW, since=a.TODAY)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert Version.objects.filter(subject="Xã Một").count() == 3


def test_a_serial_number_is_known_once_per_issuer_however_it_is_written() -> None:
    place = a.a_province()
    a.a_certificate(place["X1"], "0a:1b")

    with pytest.raises(Refused, match="serial_taken"):
        a.a_certificate(place["X2"], "0x0A1B")
    with pytest.raises(Refused, match="bad_serial"):
        a.a_certificate(place["X2"], "không phải số")

    assert Certificate.objects.get().serial == "A1B"


def test_somebody_elses_certificate_is_as_unknown_as_one_that_is_not_there() -> None:
    place = a.a_province()
    mine, other = a.a_certificate(place["X1"]), a.a_certificate(place["X2"], "A2")
    clerk = a.a_clerk(place["X1"])

    found = search.certificates_matching(search.CertificateFilter(words="xa mot"), by=clerk, day=a.TODAY)
    with pytest.raises(Refused, match="unknown_certificate"):
        lookup.visible_version(other.certificate.ref, by=clerk)
    with pytest.raises(Refused, match="no_right"):
        services.suspend(ref=mine.certificate.ref, why="thử", by=clerk, now=a.NOW, since=a.TODAY)

    assert [one.certificate.ref for one in found] == [mine.certificate.ref]
    assert list(search.certificates_matching(search.CertificateFilter(words="xa hai"), by=clerk, day=a.TODAY)) == []


def test_numbers_of_people_are_shown_for_a_reason_that_is_written_down() -> None:
    place = a.a_province()
    one = a.a_personal(place["X1"])
    clerk = a.a_clerk(place["X1"])

    with pytest.raises(Refused, match="no_reason"):
        services.reveal_numbers(ref=one.certificate.ref, why="xem", by=clerk)
    shown = services.reveal_numbers(ref=one.certificate.ref, why="đối chiếu với căn cước", by=clerk)

    looked = AuditEntry.objects.get(did="viewed")
    assert shown.id_number == "012345678901"
    assert (looked.subject, looked.actor) == (one.certificate.ref, "clerk")
    assert "012345678901" not in str(list(AuditEntry.objects.values_list("after", flat=True)))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The same certificate in every form, its authority beside it in the bag."""
    key, first = ec.generate_private_key(ec.SECP256R1()), datetime(2025, 1, 1, tzinfo=UTC)
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA thử")])
    person = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Nguyễn Văn Ví Dụ"),
            x509.NameAttribute(NameOID.TITLE, "Chủ tịch"),
            x509.NameAttribute(x509.ObjectIdentifier("0.9.2342.19200300.100.1.1"), "CCCD:012345678901"),
        ]
    )

    def made(subject: x509.Name, number: int) -> x509.Certificate:
        builder = x509.CertificateBuilder(issuer_name=root, subject_name=subject, public_key=key.public_key())
        builder = builder.serial_number(number).not_valid_before(first).not_valid_after(first + timedelta(days=1461))
        return builder.sign(key, hashes.SHA256())

    leaf, authority = made(person, 0xABC123), made(root, 1)
    return {
        "der": leaf.public_bytes(Encoding.DER),
        "pem": leaf.public_bytes(Encoding.PEM),
        "p7b": pkcs7.serialize_certificates([authority, leaf], Encoding.DER),
        "p7b as text": pkcs7.serialize_certificates([authority, leaf], Encoding.PEM),
    }


def test_a_certificates_file_fills_in_the_fields_in_every_form(files: dict[str, bytes]) -> None:
    read = {form: reading_files.read_certificate_file(content) for form, content in files.items()}

    said = read["der"]
    assert all(it == said for it in read.values())
    assert (said.issuer, said.serial, said.subject, said.title) == ("CA thử", "ABC123", "Nguyễn Văn Ví Dụ", "Chủ tịch")
    assert (said.id_number, said.kind, said.last_day) == ("012345678901", "personal", date(2029, 1, 1))


@pytest.mark.parametrize("content", [b"", b"MZ", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_a_file_that_is_no_certificate_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refused, match="not_a_certificate"):
        reading_files.read_certificate_file(content)
