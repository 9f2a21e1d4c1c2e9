"""Many at once: one offer, one case, one answer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.races import run_at_once
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests import makers
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.government.public_services.services import proactive
from tinhso.government.public_services.tests import offering as a
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 4


def test_workers_and_the_person_at_once_leave_one_offer_and_one_dossier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: a.NOW)
    commune = makers.a_unit("28777", "Xã An")
    a.the_catalogue()
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    later = a.NOW + a.WEEK

    new = run_at_once(*[lambda: proactive.offer_all(day=a.TODAY, by=proactive.PROACTIVE, now=a.NOW)] * HANDS)
    one = a.offered()
    acts: list[Callable[[], object]] = [lambda: proactive.file_due(by=proactive.PROACTIVE, now=later)] * 2
    acts += [lambda: proactive.accept_offer(**a.answer(one, now=later)).case] * 2
    acts += [lambda: proactive.refuse_offer(**a.answer(one, now=later)).state]
    run_at_once(*acts)

    assert sorted(map(str, new)) == ["0"] * (HANDS - 1) + ["1"]
    found = ProactiveOffer.objects.get()
    assert found.state in ("done", "refused")
    assert Case.objects.filter(request=f"proactive:{one.ref}").count() == (found.state == "done")
