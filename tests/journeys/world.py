"""The tiny province as journeys use it: what is due in it, and what the worker would do meanwhile."""

import json
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from tinhso.blocks.cases.contract import Applicant, Channel
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.services.history import Past, load_past
from tinhso.blocks.cases.tests.makers import filed
from tinhso.blocks.documents import services as documents
from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms import services as form_drafts
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import PASSWORD
from tinhso.blocks.identity.tests.soft_key import SoftKey
from tinhso.blocks.identity.tests.test_second_factor import passkey_wish
from tinhso.blocks.indicators.jobs import refresh_readings
from tinhso.blocks.indicators.models import Claim
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.tests import makers as conversations
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.payments import services as payments
from tinhso.blocks.payments.contract import OrderCharge
from tinhso.blocks.payments.models import Account, Order, Transfer
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates import services as certificates
from tinhso.government.certificates.models import Request as CertificateRequest
from tinhso.government.certificates.models import Run as CertificateRun
from tinhso.government.certificates.tests.makers import a_certificate as a_registered_certificate
from tinhso.government.certificates.tests.makers import a_workbook
from tinhso.government.public_services import services as public_services
from tinhso.government.public_services.models import Dispatch, ProactiveOffer
from tinhso.government.public_services.queries import exports
from tinhso.government.public_services.queries.proactive.secrets import offer_path as offer_address
from tinhso.government.public_services.services import portal, proactive
from tinhso.government.reporting import services as reporting
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import data_sets, templates
from tinhso.government.reporting.queries import returns as sheets
from tinhso.ioc import services as ioc
from tinhso.ioc.models import Alert, Bulletin, QualityFinding
from tinhso.ioc.services import bulletins, quality
from tinhso.ioc.services.alerting import evaluating
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.project.cli import main
from tinhso.project.cli.place import operator_actor
from tinhso.society.field_reports import services as field_reports
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.tests.makers import a_draft

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FOLDER = Path(__file__).resolve().parents[1] / "provinces" / "hai_song"
# Returns of these months are open; each journey that hands in takes a month of its own
MAIN_JOB, BY_FILE, WITHOUT_SCRIPT, LOOKED_AT, LIVE = "2024-01", "2024-02", "2024-03", "2024-04", "2024-05"


@dataclass(frozen=True)
class World:
    """Where the province is served; pages may ask that address, and what else is ``allowed``, for something."""

    address: str
    allowed: list[str]


def build(address: str) -> World:
    """Load the province by the operator's own command and open the months that journeys fill in."""
    with patch.dict(os.environ, DATABASE_URL="the database of the tests is open already"):
        assert main(["load-province", str(FOLDER)]) == 0
    deliver()
    for month in (MAIN_JOB, BY_FILE, WITHOUT_SCRIPT, LOOKED_AT, LIVE):
        for code in ("CX", "TC"):
            period = periods.parse(month)
            version = data_sets.version_for(code, period)
            reporting.open_returns(data_set=version, period=period, by=operator_actor(), now=clock.now())
    return World(address, [address, "data:", "blob:"])


def a_return(month: str, *, data_set: str = "CX", unit: str = "T-SO") -> Return:
    """The return of one month."""
    return Return.objects.select_related("revision").get(data_set__code=data_set, period=month, unit__ref=unit)


def fill(one: Return, *, by: Actor, planted: int = 100, living: int = 90) -> None:
    """Give every row of the agency's return the same plausible numbers."""
    sheet = data_sets.spec_of(one.data_set)
    rows = [
        reporting.RowEntry(unit.pk, member, {"trong": str(planted), "song": str(living)})
        for unit in data_sets.row_units(one, sheet)
        for member in sheet.members
    ]
    reporting.save_draft(ref=one.ref, entries=rows, by=by, now=clock.now())


def person(username: str) -> Person:
    """One of the province's people."""
    return Person.objects.get(username=username)


def somebody(username: str) -> Actor:
    """The same with today's rights."""
    return identity.actor_for(person(username))


def a_bulletin(*, is_draft: bool = False) -> str:
    """The reference of the newest issued bulletin, or of a draft of another month."""
    if not is_draft:
        return Bulletin.objects.filter(state="issued").latest("pk").ref
    found = Bulletin.objects.filter(state="draft").first()
    return (found or bulletins.draft(template="thang", period="2023-10", by=somebody("thong-ke"), now=clock.now())).ref


def something_waits_for(one: Return, *, clerk: str) -> str:
    """Give ``clerk`` a draft with an error, a message, and a file to be confirmed; returns the file's ref."""
    by, now = somebody(clerk), clock.now()
    if one.revision is None:
        fill(one, by=by, planted=10, living=11)
    messaging.notify(to=person(clerk), title="Bị trả lại để sửa", body="Thiếu Xã An Bình", href="/returns/", now=now)
    file = templates.csv_template(sheets.sheet_of(sheets.by_ref(one.ref))).replace(",10,11", ",20,11")
    held = reporting.hold_upload(ref=one.ref, file_name="mau.csv", content=file.encode(), by=by, now=now)
    assert held.upload is not None
    return held.upload.ref


def a_certificate_draft() -> str:
    """The reference of somebody's draft request for a certificate."""
    found = CertificateRequest.objects.filter(step="draft").first()
    unit, by = units.by_ref("AB"), somebody("cong-chuc-an-binh")
    found = found or certificates.draft(
        ask="issue",
        kind="personal",
        unit=unit,
        values={"holder": "Mai Văn Thử", "id_number": "000000000001"},
        by=by,
        now=clock.now(),
    )
    return found.ref


def a_certificate() -> tuple[str, str, str, str]:
    """References of a certificate, of a request that was sent, of its batch, and of a file of answers that waits."""
    clerk, head, officer = somebody("cong-chuc-an-binh"), somebody("chu-tich-an-binh"), somebody("thong-ke")
    run = CertificateRun.objects.filter(state="held", batch__isnull=False).first()
    if run is not None and run.batch is not None:
        sent = run.batch.requests.select_related("certificate").get()
        assert sent.certificate is not None
        return sent.certificate.ref, sent.ref, run.batch.ref, run.ref
    unit, now = units.by_ref("AB"), clock.now()
    one = a_registered_certificate(unit, "AB01", kind="personal", holder="Hồ Văn Mẫu", id_number="000000000002")
    ref = one.certificate.ref
    made = certificates.draft(ask="renew", unit=unit, values={"years": "3"}, certificate=ref, by=clerk, now=now)
    certificates.submit(ref=made.ref, by=clerk, now=now)
    certificates.approve(ref=made.ref, by=head, now=now)
    certificates.accept(ref=made.ref, by=officer, now=now)
    batch = certificates.make_batch(chosen=[made.ref], by=officer, now=now)
    content = a_workbook(("Mã đề nghị", "Kết quả", "Hiệu lực đến"), (made.ref, "đã gia hạn", "31/12/2031"))
    held = certificates.hold_answers(batch=batch.ref, file_name="kq.xlsx", content=content, by=officer, now=now)
    assert held.run is not None
    return ref, made.ref, batch.ref, held.run.ref


def an_import_waits_for(username: str) -> str:
    """A file that would correct a procedure, brought by somebody and not confirmed; returns its ref."""
    found = [{**one, "name": f"{one['name']} (sửa)"} for one in exports.known_documents()]
    content, by = exports.as_json(found), somebody(username)
    held = public_services.hold_import(file_name="thu-tuc.json", content=content, by=by, now=clock.now())
    assert held.run is not None
    return held.run.ref


def a_form_is_begun(username: str, code: str = "don-cay", **typed: object) -> str:
    """A draft of a form's preview in which somebody typed something; returns the form's code."""
    by, now = somebody(username), clock.now()
    if forms.newest_draft(by, about="preview", code=code, now=now) is None:
        version = forms.in_force(code, clock.today())
        assert version is not None
        form_drafts.open_draft(version=version, by=by, now=now, about="preview", values=typed)
    return code


def an_order(*, amount: int = 50_000, cash: int = 0) -> Order:
    """Somebody is asked to pay a fee to Xã An Bình; ``cash`` of it was paid at the desk."""
    by, now = somebody("cong-chuc-an-binh"), clock.now()
    fee = OrderCharge("Phí cấp bản sao", amount, source="bịa ra")
    one = payments.place_order(
        about="HS-1",
        title="Phí cấp bản sao trích lục",
        payer_name="Nguyễn Thị Hoa Mai",
        unit=units.by_ref("AB"),
        charges=[fee],
        by=by,
        now=now,
    )
    if cash:
        payments.take_cash(ref=one.ref, amount=cash, by=by, now=now)
    return Order.objects.get(pk=one.pk)


def lost_money() -> str:
    """A transfer that names no order; returns its ref."""
    return Transfer.objects.filter(state="unmatched").latest("pk").ref


def a_statement_waits_for(username: str) -> str:
    """A bank's file that somebody brought and did not confirm; returns its ref."""
    content = "Mã giao dịch,Ngày,Số tiền,Nội dung\nFT1,25/11/2026,50.000,nop phi\n".encode()
    held = payments.hold_statement(
        account=Account.objects.get(unit__ref="AB"),
        file_name="sao-ke.csv",
        content=content,
        by=somebody(username),
        now=clock.now(),
    )
    assert held.statement is not None
    return held.statement.ref


def a_note(*, by: str = "chu-tich", text: str = "Bão làm gãy cây ở ven sông") -> str:
    """A note on the course of an indicator; returns its ref."""
    note = ioc.annotate(indicator="CX-1", unit="T", period="2023-09", text=text, by=somebody(by), now=clock.now())
    return note.ref


def a_verification(*, withdrawn: bool = False) -> str:
    """A document that anybody can check; returns its token."""
    said = {
        "kind": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        "number": "AB-261105-0001",
        "issuer": "Ủy ban nhân dân xã",
    }
    page = documents.register_for_verification(
        **said, issued_on=clock.today(), by=operator_actor(), now=clock.now(), sha256="ab" * 32
    )
    if withdrawn:
        documents.withdraw_verification(token=page.token, by=operator_actor(), now=clock.now())
    return page.token


def a_finding() -> str:
    """Have published values judged, among them a published figure that returns do not bear out; returns its key."""
    right = Claim.objects.get(code="F-1")
    wrong = {"wording": "Cây sống, in nhầm", "date": right.date, "source": right.source}
    Claim.objects.get_or_create(code="F-9", defaults={**wrong, "spec": right.spec | {"claimed_value": "99.99"}})
    quality.judge_published(by=operator_actor(), now=clock.now())
    found = QualityFinding.objects.filter(test="claim").latest("pk")
    return str(found.key)


def a_dead_message() -> int:
    """A message to the national portal that was given up, with others behind it; returns its number."""
    if not Dispatch.objects.filter(state="dead").exists():
        former = list(Dispatch.objects.values_list("pk", flat=True))  # of cases of other journeys
        filed(Unit.objects.get(ref="AB"), clock.now())
        deliver()
        first = Dispatch.objects.exclude(pk__in=former).order_by("place")[:1].values("pk")
        Dispatch.objects.filter(pk__in=first).update(state="dead", last_error="HTTP 503", tries=8, failures=8)
    return Dispatch.objects.filter(state="dead").latest("pk").pk


def an_offer() -> str:
    """Somebody felled a tree with a permit and is offered a seedling; returns the address that only they get."""
    now = clock.now()
    permit = lookup.option_of("public_services", "CX.01", "1", day=clock.today(), channel=Channel.IN_PERSON)
    place, agency = units.by_ref("AB"), units.by_ref("T-SO")
    who = Applicant("Trần Văn Ví Dụ", id_number="083090000077", phone="0900000077", address="Ấp 2")
    done = Past(
        permit,
        who,
        Channel.IN_PERSON,
        place,
        agency,
        now - timedelta(days=2),
        received_at=now - timedelta(days=2),
        finished_at=now - timedelta(hours=1),
        number="7/GP",
    )
    load_past(past=[done], origin=Case.Origin.IMPORT, by=operator_actor(), now=now)
    proactive.offer_all(day=clock.today(), by=proactive.PROACTIVE, now=now)
    one = ProactiveOffer.objects.filter(code="cay-giong-sau-khi-don").latest("pk")
    return offer_address(proactive.record_notice(ref=one.ref, by=proactive.PROACTIVE, now=now, how="letter"))


def a_correspondent() -> str:
    """Somebody who wrote on Zalo, was answered, and could not be told something; returns their reference."""
    return conversations.a_correspondent().ref


def a_ministrys_dossier() -> str:
    """A case that a ministry's system told of and that is late; returns the end of its address."""
    told = {
        "HeThong": "BXD",
        "MaHoSo": "02.1",
        "TenThuTuc": "Cấp phép",
        "TrangThai": 4,
        "NgayCapNhat": "20261020080000",
    }
    line = json.dumps(told | {"NgayTiepNhan": "20261019080000", "NgayHenTra": "20261026170000"})
    portal.take_foreign(lines=[line], by=portal.PORTAL, now=clock.now())
    return "BXD/02.1"


def a_second_factor(username: str) -> None:
    """Give somebody a password, an authenticator app and recovery codes."""
    who = person(username)
    if not who.has_usable_password():
        who.set_password(PASSWORD)
        who.save()
        TOTP.activate(who, SECRET)
        RecoveryCodes.activate(who)


def a_passkey(username: str) -> int:
    """Give somebody who has a password a passkey; returns its number."""
    mine = Authenticator.objects.filter(user=person(username), type=Authenticator.Type.WEBAUTHN)
    if not mine.exists():
        browser = Client()
        browser.force_login(person(username), backend=settings.AUTHENTICATION_BACKENDS[-1])
        credential = SoftKey().register(passkey_wish(browser))
        browser.post("/accounts/2fa/webauthn/add/", {"name": "Điện thoại", "credential": credential})
    return int(mine.get().pk)


def an_alert(unit: str) -> Alert:
    """The newest alert about a unit that misses its target; the province's alerts are there once it is loaded."""
    return Alert.objects.filter(kind=Alert.Kind.TARGET, unit__ref=unit).latest("pk")


def an_alert_opens_anew(unit: str) -> Alert:
    """End what stands about a unit and let the worker find it again, so that somebody is told of it now."""
    by, now = somebody("chu-tich"), clock.now()
    for one in Alert.objects.filter(unit__ref=unit).exclude(state=Alert.State.RESOLVED):
        evaluating.resolve_alert(one, by=by, now=now, words="xét lại")
    evaluating.evaluate(by=operator_actor(), now=now, concerns=False)
    return an_alert(unit)


def deliver() -> None:
    """Deliver what was announced, as the worker does."""
    for number in Announcement.objects.filter(delivered_at=None).order_by("pk").values_list("pk", flat=True):
        outbox.deliver_announcement(number)


def work() -> None:
    """Everything that the worker does after a return was published."""
    deliver()
    refresh_readings()
    deliver()


def a_field_report() -> str:
    """The reference of a released report in An Bình; the same one each time."""
    by, now = somebody("cong-chuc-an-binh"), clock.now()
    draft = a_draft(request="looked-at", channel="hotline", longitude=107.05, latitude=15.15)
    report = field_reports.submit_report(draft=draft, by=by, now=now)
    if report.status == Report.Status.RECEIVED:
        field_reports.classify_report(ref=report.ref, by=by, now=now)
    return report.ref
