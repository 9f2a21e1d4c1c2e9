"""Every page that somebody can open in the tiny province, and as whom."""

from collections.abc import Mapping
from datetime import date

from tests.journeys import papers, teams, things
from tests.journeys import world as worlds
from tinhso.kernel import clock

LEADER = "chu-tich"
CLERK = "chuyen-vien"
HEAD = "giam-doc"
OFFICER = "thong-ke"
ADMINISTRATOR = "quan-tri"
CASHIER = "cong-chuc-an-binh"
RECEIVER = "mot-cua-an-binh"
KEEPER = "van-thu"
STRANGER = ""
ABOUT = ["/about/", "/privacy/", "/accessibility/", "/contact/", "/loading/"]
CENTRE = [
    "/wall/",
    *things.WORK,
    "/wall/?unit=T&basis=old",
    "/walls/",
    "/wall/chung/overview/",
    "/wall/chung/today/",
    "/wall/chung/live/",
    "/map/live/",
    "/map/live/?spot=106.5,10.2",
    "/wall/chung/domain-cay-xanh/",
    "/wall/chung/attention/",
    "/wall/chung/time-CX-2/",
    "/wall/chung/unit-AB/",
    "/domains/",
    "/domains/cay-xanh/",
    "/indicators/CX-1/?period=2023-09",
    "/indicators/CX-1/?period=2023-09&member=loai%3Dan-qua",
    "/indicators/CX-2/?unit=AB",
    "/indicators/CX-1/?period=2019-01",
    "/indicators/CX-1/records/?period=2023-09",
    "/ioc/units/T/",
    "/ioc/units/C1/",
    "/explore/",
    "/explore/?form=lines&indicators=CX-1&units=T&every=month",
    "/explore/?form=multiples&indicators=CX-1&units=T,AB&every=month&basis=old",
    "/explore/?form=index&indicators=CX-1&units=T&every=month",
    "/explore/?form=years&indicators=CX-1&units=T&every=month",
    "/explore/?form=parts&indicators=CX-1&units=T&every=month",
    "/explore/?form=scatter&indicators=CX-1,CX-2&units=T&every=month",
    "/explore/?form=ranking&indicators=CX-1&units=T&every=month",
    "/explore/?form=table&indicators=CX-1,KHONG-CO&units=T",
    "/indicators/CX-1/notes/new/?unit=T",
    "/views/",
    "/views/?keep=/domains/",
    "/known-at/?page=/domains/",
    "/alerts/",
    "/alerts/?state=all&kind=target&unit=T",
    "/alerts/?state=silenced",
    "/alerts/wishes/",
    "/bulletins/",
    "/bulletins/?template=thang",
    "/quality/",
    "/quality/?unit=C1&first=2023-01&last=2023-12",
    "/quality/missing/",
    "/quality/late/?first=2023-01",
    "/quality/findings/",
    "/quality/scores/?by=data_set",
    "/quality/problems/khong-co/",
    "/figures/",
    "/scorecard/",
    "/scorecard/?period=2023-09&unit=AB",
    "/scorecard/steps/",
    "/scorecard/steps/?by=step",
    "/scorecard/steps/?by=actor",
    "/scorecard/dossiers/?what=filed",
    "/scorecard/dossiers/?what=open",
    "/sync/ministries/",
    "/sync/ministries/?late=1",
    "/infrastructure/",
    "/infrastructure/map/",
    "/infrastructure/old/",
    "/infrastructure/outages/",
    "/infrastructure/checks/",
    *things.ECONOMY,
    "/registers/",
    "/registers/lines/",
    "/registers/lines/map/",
    "/registers/lines/acts/",
    "/search/",
    "/search/?q=t%E1%BB%B7+l%E1%BB%87+AB+th%C3%A1ng+9%2F2023",
    "/search/?q=cay+trong",
    "/search/?q=zzzz",
    "/units/",
    "/units/AB/",
    "/messages/",
    "/messages/devices/",
    "/phone/",
    "/phone/?unit=AB",
    "/phone/arrange/",
    "/phone/indicators/CX-1/?period=2023-09",
    "/phone/indicators/CX-1/?unit=AB",
    "/indicators/KHONG-CO/",
    "/khong-co-trang-nay/",
]
ACCOUNT = [
    "/accounts/",
    "/accounts/sessions/",
    "/accounts/tokens/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/password/set/",
    "/accounts/outside/",
    "/accounts/logout/",
]
# of somebody who has a password, an authenticator app, recovery codes and a passkey
SECOND_FACTOR = [
    "/accounts/2fa/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/webauthn/reauthenticate/",
    "/accounts/reauthenticate/",
    "/accounts/password/change/",
]
OPERATION = [
    "/registers/lines/new/",
    "/registers/lines/import/",
    "/registers/lines/duplicates/",
    "/infrastructure/outages/new/",
    "/infrastructure/checks/new/",
    "/support-desk/programmes/new/",
    "/support-desk/lists/",
    "/audit/",
    "/audit/?did=logged+in",
    "/accounts/people/",
    "/accounts/people/new/",
]
DOOR = [
    "/api/",
    "/open-data/",
    "/open-data/cay-xanh/",
    "/service-outages/",
    "/support/",
    "/support/find/",
    "/services/",
    "/services/?q=don+cay",
    "/services/?q=zzzz&field=cay-xanh",
    "/services/CX.01/",
    "/services/CX.01/?day=2023-02-01",
    "/services/KHONG-CO/",
    "/apply/public_services/CX.01/",
    "/apply/public_services/CX.02/",
    "/track/",
    "/reports/",
    "/reports/?category=rac&state=open&box=107.0,15.0,107.2,15.2",
    "/reports/numbers/",
    "/reports/alerts/",
    "/open-data/records/phan-anh-hien-truong/",
    "/offers/",
    "/self-assessment/",
    "/reports/new/",
    "/reports/away/",
    "/reports/find/",
    "/accounts/login/",
    "/accounts/login/?locked=15&next=/",
    "/accounts/demo/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/inactive/",
    "/accounts/outside/login/cancelled/",
    "/accounts/outside/login/error/",
    "/phone/offline/",
    "/verify/",
    "/verify/?token=%3F",
    "/verify/signature/",
    "/verify/khong-co/",
    *("/styleguide/", "/styleguide/wall/", "/styleguide/citizen/"),
]
DESK = [
    "/returns/",
    "/returns/?tray=all",
    "/returns/?unit=zzzz",
    "/returns/late/",
    "/returns/data-sets/",
    "/returns/data-sets/CX/",
]
CASES = [
    "/cases/",
    "/cases/?tray=all",
    "/cases/doubtful/",
    "/cases/leave/",
    "/cases/new/?q=cay",
    "/cases/new/public_services/CX.01/",
    "/cases/register/",
    "/track/",
]
REPORTS = [
    "/field-reports/",
    "/field-reports/?tray=all&q=rac",
    "/field-reports/?tray=check",
    "/field-reports/new/",
    "/field-reports/moderation/",
]
PROCESSES = [
    "/processes/",
    "/processes/mac-dinh/",
    "/processes/don-cay/",
    "/processes/don-cay/edit/",
    "/processes/new/",
]


def _of_the_centre() -> list[str]:
    """Pages of single things in the operations centre."""
    return [
        f"/alerts/{worlds.an_alert('T').ref}/",
        f"/alerts/{worlds.an_alert('C1').ref}/",
        f"/notes/{worlds.a_note()}/",
        f"/bulletins/{worlds.a_bulletin()}/?verify=1",
        f"/quality/problems/{worlds.a_finding()}/",
        f"/sync/ministries/{worlds.a_ministrys_dossier()}/",
    ]


def _to_be_signed() -> list[str]:
    """Pages of who signs."""
    one = papers.a_request()
    pages = ("", "signed/", "away/", "code/", f"{one}/", f"many/?ref={one}")
    return [f"/signing/{page}" for page in pages]


def _of_the_officer() -> list[str]:
    """Pages of who publishes returns and keeps the procedures and the forms."""
    return [
        "/returns/?tray=approve",
        "/returns/?tray=publish",
        f"/returns/{worlds.a_return('2023-09').ref}/",
        "/bulletins/",
        f"/bulletins/{worlds.a_bulletin(is_draft=True)}/",
        "/procedures/",
        "/procedures/CX.01/",
        "/procedures/proactive/",
        "/procedures/proactive/giay-phep-sap-het-han/?what=refused",
        "/procedures/CX.01/edit/?correct=1",
        "/procedures/CX.01/end/",
        "/procedures/new/",
        *PROCESSES,
        "/procedures/import/",
        f"/procedures/import/{worlds.an_import_waits_for(OFFICER)}/",
        f"/sync/messages/{worlds.a_dead_message()}/",
        "/sync/",
        "/sync/?state=all",
        "/sync/?state=sent&q=khong-co",
        *_certificates(),
        "/channels/",
        "/channels/?channel=zalo&q=khong-co",
        f"/channels/{worlds.a_correspondent()}/",
        "/channels/unsent/",
        "/forms/",
        "/forms/khong-co/preview/",
        "/signing/new/",
        f"/forms/{worlds.a_form_is_begun(OFFICER, reason='other', trees=[{'species': 'khac'}])}/preview/",
    ]


def _certificates() -> list[str]:
    """Pages of the register, as the focal point opens them."""
    one, request, batch, run = worlds.a_certificate()
    return [
        "/certificates/",
        "/certificates/?q=xa+an&state=active",
        "/certificates/new/",
        "/certificates/work/?list=90",
        "/certificates/numbers/",
        "/certificates/import/",
        "/certificates/requests/?tray=all",
        "/certificates/batches/",
        f"/certificates/{one}/",
        f"/certificates/requests/{request}/",
        f"/certificates/requests/{request}/receipt/",
        f"/certificates/batches/{batch}/",
        f"/certificates/runs/{run}/",
    ]


def _of_the_cash_desk() -> list[str]:
    """Pages of money at the commune that takes some."""
    one, paid = worlds.an_order(), worlds.an_order(cash=50_000)
    return [
        *REPORTS,
        f"/support-desk/new/{things.a_programme('doi-may')}/",
        "/certificates/requests/new/",
        "/certificates/requests/new/?ask=issue&kind=personal",
        f"/certificates/requests/{worlds.a_certificate_draft()}/edit/",
        f"/field-reports/{worlds.a_field_report()}/",
        f"/field-reports/{worlds.a_field_report()}/moderation/",
        "/payments/",
        "/payments/?q=khong-co",
        "/payments/new/",
        f"/payments/orders/{one.ref}/",
        f"/payments/orders/{paid.ref}/",
        f"/payments/receipts/{paid.receipts.get().ref}/",
        "/payments/transfers/",
        "/payments/transfers/?state=exact",
        f"/payments/transfers/{worlds.lost_money()}/",
        "/payments/statements/",
        f"/payments/statements/{worlds.a_statement_waits_for(CASHIER)}/",
        "/payments/refunds/",
        "/payments/days/",
        f"/payments/days/AB/{clock.today().isoformat()}/",
    ]


def _of_the_operator() -> list[str]:
    """A record of a register in all its times, a file that waits, an outage and what depends on it."""
    line = things.a_line("AB-9", since=date(2024, 1, 1))
    base = f"/registers/lines/{line}/"
    return [
        *(base + on for on in ("", "?on=2025-01-01", "edit/", "correct/", "end/")),
        f"/enterprises/{things.a_firm()}/",
        f"/registers/lines/import/{things.a_file_of_lines()}/",
        f"/infrastructure/map/?thing={line}",
        f"/infrastructure/outages/{things.an_outage(line)}/",
        f"/infrastructure/checks/{things.a_check(line)}/",
        *_of_support(),
    ]


def _of_support() -> list[str]:
    """Pages of support programmes: of who leads them, and of who applies."""
    made, desk = things.support_pages(), "/support-desk"
    return [
        f"{desk}/",
        f"{desk}/?tray=all&q=hoa",
        f"{desk}/complaints/",
        f"{desk}/programmes/",
        f"{desk}/batches/",
        f"{desk}/programmes/doi-may/",
        f"{desk}/programmes/doi-may/edit/",
        f"{desk}/programmes/doi-may/rules/",
        f"{desk}/batches/{made['batch']}/",
        f"{desk}/lists/{made['list']}/",
        f"{desk}/{made['one']}/",
        "/support/doi-may/",
        "/support/doi-may/apply/",
        made["mine"],
    ]


def _of_a_payer() -> list[str]:
    """What the holder of an order's secret opens."""
    one, paid = worlds.an_order(), worlds.an_order(cash=50_000)
    pages = [f"/pay/{order.ref}/?k={order.secret}" for order in (one, paid)]
    return [*pages, f"/pay/{paid.ref}/receipt/?k={paid.secret}", f"/pay/{one.ref}/?k=sai", "/pay/back/"]


def _of_the_door() -> list[str]:
    """Pages of documents that anybody can check, and of a report that was released."""
    documents = [f"/verify/{worlds.a_verification(withdrawn=gone)}/" for gone in (False, True)]
    documents.append(f"/verify/signature/{papers.a_signed_document()}/")
    return [*documents, f"/reports/{worlds.a_field_report()}/"]


def by_reader() -> Mapping[str, list[str]]:
    """Addresses by the log-in name of who opens them; "" is somebody who has not logged in."""
    open_one, published = worlds.a_return(worlds.LOOKED_AT), worlds.a_return("2023-09")
    held = worlds.something_waits_for(open_one, clerk=CLERK)
    worlds.a_second_factor(HEAD)
    key = worlds.a_passkey(HEAD)
    return {
        LEADER: [*CENTRE, *_of_the_centre(), *_to_be_signed(), *things.pages_of_steering()],
        KEEPER: [
            "/signing/sealing/",
            "/signing/mine/",
            "/signing/keys/",
            f"/signing/{papers.a_request('Chờ dấu', signed=True)}/",
        ],
        CLERK: [
            *DESK,
            *("/messages/", "/programme/mine/"),
            f"/returns/{open_one.ref}/",
            f"/returns/{open_one.ref}/fill-in/",
            f"/returns/{open_one.ref}/upload/",
            f"/returns/{open_one.ref}/upload/{held}/",
            f"/returns/{open_one.ref}/revisions/1/",
            f"/returns/{published.ref}/",
            f"/returns/{worlds.a_return('2023-09', data_set='TC', unit='AB').ref}/",
            "/audit/",
        ],
        OFFICER: _of_the_officer(),
        HEAD: [*SECOND_FACTOR, *(f"/accounts/2fa/webauthn/keys/{key}/{act}/" for act in ("edit", "remove"))],
        ADMINISTRATOR: [*ACCOUNT, *OPERATION, *_of_the_operator(), f"/accounts/people/{worlds.person(LEADER).ref}/"],
        CASHIER: [*_of_the_cash_desk(), *teams.pages()],
        RECEIVER: CASES,
        STRANGER: ["/", "/he-thong/", *ABOUT, "/community/find/?q=ap+mot", *DOOR, *_of_a_payer(), *_of_the_door()],
    }
