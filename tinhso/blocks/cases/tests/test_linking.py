"""Cases that open others and wait for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from tinhso.blocks.bpmn.tests.drawings import event, step
from tinhso.blocks.cases import contract, services
from tinhso.blocks.cases.contract import Channel, ProcedureOption, Status
from tinhso.blocks.cases.models import Case, CaseLink, Entry
from tinhso.blocks.cases.services.linking import LINKER
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.test_processes import MONDAY, done, published, waiting
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


class Offers:
    """A provider of two procedures."""

    def options(self, code: str, *, day: date, channel: Channel) -> Sequence[ProcedureOption]:
        """One case of any procedure but that of nobody."""
        if code == "khong-co":
            raise Refused("unknown_procedure", "Không có thủ tục này.")
        return [replace(makers.PERMIT, code=code, name=f"Thủ tục {code}")]

    def find(self, words: str, *, day: date, limit: int) -> Sequence[ProcedureOption]:
        """Nothing is looked for here."""
        return []


@pytest.fixture
def linked(commune: Unit, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case whose second step opens another one."""
    monkeypatch.setitem(contract.PROVIDERS, "tests", Offers())
    link = '<callActivity id="lien-thong" name="Thường trú" xmlns:t="urn:tinhso:bpmn:1" t:procedure="2.9"/>'
    published((step("ghi-so") + link, ("start>ghi-so", "ghi-so>lien-thong", "lien-thong>end")))
    case = makers.received(commune)
    done(case, "ghi-so")
    return case


def link_request(case: Case) -> services.LinkedCaseRequest:
    """What the step that waits asks for, as it was announced."""
    told = Announcement.objects.filter(name="cases.LinkAsked").latest("pk").payload
    return services.LinkedCaseRequest(told["code"], told["task"], told["procedure"], told["option"])


def test_a_dossier_opens_another_once_and_is_finished_when_that_is(linked: Case, commune: Unit) -> None:
    child = services.open_child(asked=link_request(linked), now=MONDAY)
    again = services.open_child(asked=link_request(linked), now=MONDAY)
    assert child is not None
    assert child == again
    assert (child.procedure, child.party.name, child.status) == ("2.9", makers.SOMEBODY.name, Status.FILED)
    assert not services.child_ended(code=child.code, now=MONDAY)

    receiver = makers.a_receiver(commune)
    services.accept(code=child.code, step=makers.step_of(child), by=receiver, now=MONDAY)
    done(child, "tham-dinh")
    done(child, "duyet-ky")
    services.child_ended(code=child.code, now=MONDAY)
    services.child_ended(code=child.code, now=MONDAY)

    linked.refresh_from_db()
    assert linked.status == Status.FINISHED
    assert CaseLink.objects.get().parent == linked


def test_a_child_that_ends_while_its_parent_stands_still_is_seen_later(linked: Case, commune: Unit) -> None:
    child = services.open_child(asked=link_request(linked), now=MONDAY)
    assert child is not None
    receiver = makers.a_receiver(commune)
    services.ask_supplement(code=linked.code, step=makers.step_of(linked), reasons=["x"], by=receiver, now=MONDAY)
    services.withdraw(code=child.code, why="Thôi", by=receiver, now=MONDAY)
    assert not services.child_ended(code=child.code, now=MONDAY)
    services.resume(code=linked.code, answer="y", by=receiver, now=MONDAY)

    settled = services.settle_links(now=MONDAY)

    linked.refresh_from_db()
    assert settled == 1
    assert linked.status == Status.FINISHED


def test_a_link_to_a_procedure_that_is_not_leaves_the_step_to_people_with_the_reason(linked: Case) -> None:
    wanted = replace(link_request(linked), procedure="khong-co")

    first, again = (services.open_child(asked=wanted, now=MONDAY) for _ in range(2))

    assert first is None
    assert again is None
    assert Entry.objects.filter(case=linked, did="link_failed").count() == 1
    assert waiting(linked) == ["lien-thong"]
    assert services.complete(code=linked.code, step=makers.step_of(linked), by=LINKER, now=MONDAY).status == 9


def test_what_one_dossier_announces_reaches_the_one_that_opened_it(
    commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(contract.PROVIDERS, "tests", Offers())
    link = '<callActivity id="lien-thong" name="Thường trú" xmlns:t="urn:tinhso:bpmn:1" t:procedure="2.9"/>'
    published(
        (
            link
            + event("xac-minh", "signal", "Đã xác minh", on="lien-thong", interrupting=False)
            + step("bao-dan")
            + '<endEvent id="het"/>',
            ("start>lien-thong", "lien-thong>end", "xac-minh>bao-dan", "bao-dan>het"),
        )
    )
    says = '<intermediateThrowEvent id="bao" name="Đã xác minh"><signalEventDefinition/></intermediateThrowEvent>'
    its_own = (step("xac-minh") + says + step("ky"), ("start>xac-minh", "xac-minh>bao", "bao>ky", "ky>end"))
    published(its_own, code="khac", procedures=["2.9"])
    parent = makers.received(commune)
    child = services.open_child(asked=link_request(parent), now=MONDAY)
    assert child is not None
    services.accept(code=child.code, step=makers.step_of(child), by=makers.a_receiver(commune), now=MONDAY)

    done(child, "xac-minh")
    told = Announcement.objects.get(name="cases.HappenedInCase").payload
    counts = [
        services.pass_on(code=told["code"], family=told["family"], name=told["sign"], now=MONDAY) for _time in range(2)
    ]

    assert counts == [1, 0]
    assert sorted(waiting(parent)) == ["bao-dan", "lien-thong"]
    assert Entry.objects.filter(case=parent, did="heard").count() == 1
