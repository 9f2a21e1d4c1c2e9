"""From draft to issue: turns, refusals, numbers, seals, people who are away, and what the database refuses."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.tests.makers import Office, a_draft, an_office, sealed_by, sent, signed_by
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.models import Signature
from tinhso.blocks.signatures.tests.makers import a_pdf, key_of
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused


@pytest.fixture
def office(db: None, offline: Authorities) -> Office:
    """The body whose documents are signed."""
    return an_office()


def test_two_sign_in_order_then_the_clerk_numbers_and_seals(office: Office, offline: Authorities) -> None:
    one = sent(office, office.head, office.chairman)

    with pytest.raises(Refused, match="not_your_turn"):
        signed_by(one, office.chairman, offline)
    one = signed_by(signed_by(one, office.head, offline), office.chairman, offline)
    with pytest.raises(Refused, match="unknown_request"):
        sealed_by(one, office.stranger, offline)
    one = sealed_by(one, office.clerk, offline)

    report = signing.check_file(content=queries.bytes_of(one).content, now=clock.now())
    assert (one.state, one.number_text) == (Request.State.ISSUED, "01/QĐ-UBND")
    assert [found.added for found in report.signatures] == ["allowed", "allowed", "nothing"]
    assert [turn.by for turn in queries.turns_of(one)] == [office.head.ref, office.chairman.ref]
    assert [entry.did for entry in queries.request_history(one)] == [
        "issued",
        "numbered",
        "signed",
        "signed",
        "sent",
        "drafted",
    ]
    assert Announcement.objects.filter(name="signature_requests.RequestIssued", payload__ref=one.ref).count() == 1


def test_acts_done_again_change_nothing(office: Office, offline: Authorities) -> None:
    one = sent(office)
    seen = queries.bytes_of(one).sha256
    more: dict[str, Any] = {"ref": one.ref, "signer": key_of(offline), "by": office.chairman, "now": clock.now()}

    first, again = services.sign_turn(sha256=seen, **more), services.sign_turn(sha256=seen, **more)
    sealed = [sealed_by(one, office.clerk, offline) for _time in range(2)]

    assert first.ref == again.ref
    assert {each.number for each in sealed} == {1}
    assert Signature.objects.count() == 2
    assert Request.objects.get(ref=one.ref).entries_count == 5


def test_what_was_not_looked_at_is_not_signed(office: Office, offline: Authorities) -> None:
    one = sent(office)

    with pytest.raises(Refused, match="not_latest"):
        services.sign_turn(ref=one.ref, sha256="0" * 64, signer=key_of(offline), by=office.chairman, now=clock.now())

    assert not Signature.objects.exists()


def test_a_refusal_goes_back_with_its_reason_and_a_new_version_starts_anew(
    office: Office, offline: Authorities
) -> None:
    now, one = clock.now(), sent(office, office.head, office.chairman)
    signed_by(one, office.head, offline)
    with pytest.raises(Refused, match="no_reason"):
        services.return_to_drafter(ref=one.ref, why=" ", by=office.chairman, now=now)
    services.return_to_drafter(ref=one.ref, why="Sai căn cứ", by=office.chairman, now=now)

    with pytest.raises(Refused, match="same_version"):
        services.send_request(ref=one.ref, by=office.drafter, now=now)
    services.new_version(ref=one.ref, content=a_pdf("ban hai"), by=office.drafter, now=now)
    one = services.send_request(ref=one.ref, by=office.drafter, now=now)

    assert (one.version, one.place, one.returned_count) == (2, 1, 1)
    assert [row.number for row in queries.versions_of(one)] == [2, 1]
    assert queries.turn_now(one).holder == office.head.ref  # type: ignore[union-attr]
    assert queries.bytes_of(one).content == a_pdf("ban hai")


def test_others_requests_are_not_there(office: Office, offline: Authorities) -> None:
    one = services.draft_request(draft=a_draft(office), unit=office.unit, by=office.drafter, now=clock.now())

    for by in (office.stranger, office.chairman, office.clerk):  # a draft is its drafter's alone
        with pytest.raises(Refused, match="unknown_request"):
            queries.visible_request(one.ref, by=by)
    with pytest.raises(Forbidden):
        services.draft_request(draft=a_draft(office), unit=office.unit, by=office.head, now=clock.now())

    assert queries.visible_request(one.ref, by=office.drafter) == one


def test_who_is_away_is_signed_for_in_a_form_that_says_so(office: Office, offline: Authorities) -> None:
    today, now = clock.today(), clock.now()
    one = sent(office)
    services.stand_in(
        to=office.head.ref, form="TUQ.", first=today, last=today + timedelta(days=2), by=office.chairman, now=now
    )

    assert list(queries.requests_to_sign(office.head)) == [one]
    one = signed_by(one, office.head, offline)

    (turn,) = queries.turns_of(one)
    assert (turn.holder, turn.by, turn.form) == (office.chairman.ref, office.head.ref, "TUQ.")


def test_numbers_have_no_gaps_whatever_fails(office: Office, offline: Authorities, settings: Any) -> None:
    wanted = [signed_by(sent(office), office.chairman, offline) for _one in range(3)]
    refused = signed_by(sent(office), office.chairman, offline)
    services.return_to_drafter(ref=refused.ref, why="Sai thể thức", by=office.clerk, now=clock.now())
    with pytest.raises(Refused, match="certificate_over"):
        services.seal_document(ref=wanted[0].ref, signer=key_of(offline, "het-han"), by=office.clerk, now=clock.now())

    done = services.seal_many(
        refs=[one.ref for one in (*wanted, refused)],
        signer=key_of(offline, "con-dau"),
        by=office.clerk,
        now=clock.now(),
    )

    assert [each.code for each in done] == ["", "", "", "not_now"]
    numbers = Request.objects.filter(number__gt=0).order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]


def test_many_are_signed_in_one_confirmation_and_again_without_harm(office: Office, offline: Authorities) -> None:
    wanted = [(one.ref, queries.bytes_of(one).sha256) for one in (sent(office) for _one in range(8))]
    wanted[7] = (wanted[7][0], "f" * 64)
    more: dict[str, Any] = {"signer": key_of(offline), "by": office.chairman, "now": clock.now()}

    first, again = services.sign_many(wanted=wanted, **more), services.sign_many(wanted=wanted, **more)

    for outcomes in (first, again):
        assert [each.code for each in outcomes] == ["not_latest" if place == 7 else "" for place in range(8)]
    assert Signature.objects.count() == 7


OUT_OF_ORDER = [
    "UPDATE signature_requests_request SET state = 'issued' WHERE state = 'signing'",
    "UPDATE signature_requests_request SET state = 'draft', place = 0 WHERE state = 'signing'",
    "UPDATE signature_requests_request SET place = 2 WHERE state = 'signing'",
    "UPDATE signature_requests_request SET title = 'khác' WHERE state = 'signing'",
    "UPDATE signature_requests_request SET number = 9 WHERE state = 'issued'",
    "UPDATE signature_requests_request SET title = 'khác' WHERE state = 'issued'",
    "DELETE FROM signature_requests_request",
    "UPDATE signature_requests_version SET content = 'x'",
    "DELETE FROM signature_requests_version",
    "UPDATE signature_requests_turn SET by = 'x' WHERE signed_at IS NOT NULL",
    "UPDATE signature_requests_turn SET signed_at = now(), by = 'x', "
    "signature_id = (SELECT min(id) FROM signatures_signature) WHERE signed_at IS NULL",
    "DELETE FROM signature_requests_turn",
    "UPDATE signature_requests_entry SET note = 'x'",
    "DELETE FROM signature_requests_entry",
]


def test_the_database_refuses_what_is_out_of_order(office: Office, offline: Authorities) -> None:
    sealed_by(signed_by(sent(office), office.chairman, offline), office.clerk, offline)
    sent(office, office.head, office.chairman)

    accepted = [statement for statement in OUT_OF_ORDER if _takes(statement)]

    assert accepted == []


def _takes(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, statement  # one that touches nothing proves nothing
    except IntegrityError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_at_once_leave_one_signature(offline: Authorities) -> None:
    office, today = an_office(), clock.today()
    one = sent(office)
    services.stand_in(to=office.head.ref, form="KT.", first=today, last=today, by=office.chairman, now=clock.now())
    codes: list[str] = []

    def act(by: Any) -> None:
        try:
            signed_by(one, by, offline)
            codes.append("")
        except Refused as refusal:
            codes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=act, args=(by,)) for by in (office.chairman, office.head)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "" in codes
    assert set(codes) <= {"", "signed_by_another", "not_latest", "not_now", "not_your_turn"}
    assert codes.count("") == 1
    assert Signature.objects.count() == 1
