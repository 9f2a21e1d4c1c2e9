"""Every page that somebody can open in the tiny province, and as whom."""

from collections.abc import Mapping

from tests.journeys import world as worlds
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person

LEADER, CLERK, OFFICER, ADMINISTRATOR, STRANGER = "chu-tich", "chuyen-vien", "thong-ke", "quan-tri", ""
CENTRE = [
    "/",
    "/?unit=T&basis=old",
    "/domains/",
    "/domains/cay-xanh/",
    "/indicators/CX-1/?period=2023-09",
    "/indicators/CX-1/?period=2023-09&member=loai%3Dan-qua",
    "/indicators/CX-2/?unit=AB",
    "/indicators/CX-1/?period=2019-01",
    "/indicators/CX-1/records/?period=2023-09",
    "/ioc/units/T/",
    "/ioc/units/C1/",
    "/figures/",
    "/search/",
    "/search/?q=cay+trong",
    "/search/?q=zzzz",
    "/units/",
    "/units/AB/",
    "/messages/",
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
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]
OPERATION = ["/audit/", "/audit/?did=logged+in", "/accounts/people/", "/accounts/people/new/"]
DOOR = [
    "/accounts/login/",
    "/accounts/login/?locked=15&next=/",
    "/accounts/demo/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/inactive/",
    "/styleguide/",
    "/styleguide/wall/",
    "/styleguide/citizen/",
]
DESK = [
    "/returns/",
    "/returns/?tray=all",
    "/returns/?unit=zzzz",
    "/returns/late/",
    "/returns/data-sets/",
    "/returns/data-sets/CX/",
]


def by_reader() -> Mapping[str, list[str]]:
    """Addresses by the log-in name of who opens them; "" is somebody who has not logged in."""
    open_one, published = worlds.a_return(worlds.LOOKED_AT), worlds.a_return("2023-09")
    clerk = Person.objects.get(username=CLERK)
    other = Person.objects.get(username=LEADER)
    if open_one.revision is None:
        worlds.fill(open_one, by=identity.actor_for(clerk), planted=10, living=11)
    return {
        LEADER: CENTRE,
        CLERK: [
            *DESK,
            f"/returns/{open_one.ref}/",
            f"/returns/{open_one.ref}/fill-in/",
            f"/returns/{open_one.ref}/upload/",
            f"/returns/{open_one.ref}/revisions/1/",
            f"/returns/{published.ref}/",
            f"/returns/{worlds.a_return('2023-09', data_set='TC', unit='AB').ref}/",
            "/audit/",
        ],
        OFFICER: ["/returns/?tray=approve", "/returns/?tray=publish", f"/returns/{published.ref}/"],
        ADMINISTRATOR: [*ACCOUNT, *OPERATION, f"/accounts/people/{other.ref}/"],
        STRANGER: DOOR,
    }
