"""Two workers with the same case: nothing is sent twice, nothing out of order."""

import pytest

from tests.simulators.national_portal import Portal
from tests.support.races import run_at_once
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.makers import MONDAY
from tinhso.government.public_services.models import Dispatch
from tinhso.government.public_services.services import portal as told
from tinhso.government.public_services.tests.test_portal import RECEIVED, deliver

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def test_workers_at_once_send_every_message_once_and_in_order(portal: Portal) -> None:
    case = makers.received(makers.a_unit("28777", "Xã An"))
    deliver()

    sent = sum(
        run_at_once(*[lambda: told.send_dossier(dossier=case.code, by=told.PORTAL, clock=lambda: MONDAY)] * WORKERS)
    )

    assert sent == len(RECEIVED)
    assert len(portal.seen) == len(RECEIVED)
    assert portal.told(case.code) == RECEIVED
    assert not Dispatch.objects.exclude(state="sent").exists()
