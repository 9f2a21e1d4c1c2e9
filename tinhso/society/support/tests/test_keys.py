"""Keys and codes of applications lie in no message, and who works on one does not act for whoever applied."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.simulators.sms_center import Centre
from tinhso.blocks.messaging import jobs
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.models import Correspondent, Outgoing
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden
from tinhso.society.support import services
from tinhso.society.support.queries import secrets
from tinhso.society.support.rights import DECIDE_SUPPORT
from tinhso.society.support.services import notifying
from tinhso.society.support.tests import makers as a

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(settings: Any) -> Iterator[Centre]:
    company = Centre().start()
    settings.SMS_URL = company.address
    yield company
    company.stop()


def test_codes_and_addresses_go_to_phones_and_lie_nowhere(centre: Centre) -> None:
    one = a.submitted(a.a_programme(a.a_place()))
    code, key = secrets.code_of(one, 1), secrets.key_of(one)

    notifying.send_code(one=one, turn=1)
    notifying.notify_applicant(one=one, number=1)
    messaging.deliver_replies(ref=Correspondent.objects.get().ref, by=jobs.WORKER)

    told = " ".join(message.text for message in centre.phones)
    kept = " ".join(Outgoing.objects.values_list("text", flat=True))
    assert (code in told, key in told) == (True, True)
    assert (code in kept, key in kept) == (False, False)


@pytest.mark.parametrize(
    "act",
    [
        services.withdraw_application,
        lambda **asked: services.file_complaint(**asked, text="Tôi không đồng ý với kết quả này."),
    ],
    ids=["withdraw", "complain"],
)
def test_who_works_on_an_application_does_not_act_for_whoever_applied(act: Callable[..., object]) -> None:
    one = a.submitted(a.a_programme(a.a_place()))
    official: Actor = replace(a.somebody("chief", (DECIDE_SUPPORT,)), kind="person")

    with pytest.raises(Forbidden, match="four_eyes"):
        act(ref=one.ref, key=secrets.key_of(one), by=official, now=a.MONDAY)

    one.refresh_from_db()
    assert (one.state, one.complaints.count()) == ("submitted", 0)
