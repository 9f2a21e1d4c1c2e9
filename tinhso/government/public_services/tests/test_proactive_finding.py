"""Whom a rule concerns: results and papers that run out, ages; and that nothing happens twice in whatever order."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import papers
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.documents import services as documents
from tinhso.blocks.documents.models import Paper
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.government.public_services.queries.proactive import facts, finding
from tinhso.government.public_services.services import proactive
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.government.public_services.tests import offering as a
from tinhso.government.public_services.tests.test_figures import rows_of
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
NOW, TODAY, BY = a.NOW, a.TODAY, proactive.PROACTIVE
FINISHED = '{ kind = "finished", procedure = "HT-01" }'


@pytest.fixture
def commune(monkeypatch: pytest.MonkeyPatch) -> Unit:
    """A commune where births are registered; it is Monday morning."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    unit = makers.a_unit("28777", "Xã An")
    a.the_catalogue()
    return unit


def a_rule_of(folder: Path, trigger: str) -> None:
    """The usual rule with another trigger."""
    path = folder / "proactive.toml"
    a.a_rule(folder)
    path.write_text(path.read_text().replace(FINISHED, trigger), encoding="utf-8")
    proactive.load_rules(path=path, by=catalogue.KEEPER, now=NOW - timedelta(days=50))


def offered_on(*days: date) -> list[int]:
    """How many offers each day brings."""
    return [proactive.offer_all(day=day, by=BY, now=NOW) for day in days]


def a_day(after: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=after)


def test_a_result_that_does_not_say_until_when_it_holds_runs_out_after_the_months_of_the_rule(
    commune: Unit, tmp_path: Path
) -> None:
    a_rule_of(tmp_path, '{ kind = "expires", procedure = "HT-01", days = 10, valid_months = 3 }')
    a.a_birth(commune)
    until = finding.months_after(TODAY, 3)

    found = offered_on(until - timedelta(days=11), until - timedelta(days=10), until)

    assert found == [0, 1, 0]
    assert ProactiveOffer.objects.get().on == until


def test_a_result_that_says_until_when_it_holds_is_believed(commune: Unit, tmp_path: Path) -> None:
    a_rule_of(tmp_path, '{ kind = "expires", procedure = "HT-01", days = 10, valid_months = 3 }')
    birth = a.a_birth(commune)
    [certificate] = papers.results_of(birth)
    ending = a.a_paper(birth, valid_until=a_day(40), is_result=True)
    documents.withdraw_paper(ref=certificate.ref, why="Cấp lại", by=makers.a_head(commune), now=NOW)

    found = offered_on(a_day(29), a_day(30), finding.months_after(TODAY, 3) - timedelta(days=10))

    assert found == [0, 1, 0]
    assert ProactiveOffer.objects.get().paper == ending.ref


def test_a_held_paper_that_runs_out_concerns_its_owner_alone_and_a_withdrawn_one_nobody(
    commune: Unit, tmp_path: Path
) -> None:
    a_rule_of(tmp_path, '{ kind = "paper", paper = "giay-phep-cu", days = 5 }')
    birth = a.a_birth(commune)
    a.a_paper(birth, kind="giay-phep-cu", valid_until=a_day(5))
    gone = a.a_paper(birth, kind="giay-phep-cu", valid_until=a_day(5))
    a.a_paper(birth, kind="giay-phep-cu", valid_until=a_day(5), owner="999999999999")
    documents.withdraw_paper(ref=gone.ref, why="Mất", by=makers.a_head(commune), now=NOW)

    assert offered_on(TODAY, a_day(1)) == [1, 0]


@pytest.mark.parametrize(("born", "on"), [("2012-12-03", date(2026, 12, 3)), ("2012-02-29", date(2026, 2, 28))])
def test_somebody_who_will_be_of_age_is_known_from_a_form(commune: Unit, tmp_path: Path, born: str, on: date) -> None:
    a_rule_of(tmp_path, '{ kind = "age", procedure = "HT-01", field = "birthday", years = 14, days = 10 }')
    a.a_birth(commune, values={"birthday": born})
    a.a_birth(commune, values={"birthday": "hôm qua"})
    path = tmp_path / "proactive.toml"
    path.write_text(path.read_text().replace("2026-07-01", "2026-01-01"), encoding="utf-8")
    proactive.load_rules(path=path, by=catalogue.KEEPER, now=NOW)

    found = offered_on(on - timedelta(days=11), on - timedelta(days=10))

    assert found == [0, 1]
    assert ProactiveOffer.objects.get().on == on


@pytest.mark.parametrize("seed", range(4))
def test_in_whatever_order_one_occurrence_is_one_offer_and_at_most_one_dossier(
    commune: Unit, tmp_path: Path, seed: int
) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    one, draw = a.offered(), Random(seed)
    acts: dict[str, Any] = {
        "find": lambda now: proactive.offer_all(day=clock.local(now).date(), by=BY, now=now),
        "file": lambda now: proactive.file_due(by=BY, now=now),
        "lapse": lambda now: proactive.lapse_offers(day=clock.local(now).date(), by=BY, now=now),
        "agree": lambda now: proactive.accept_offer(**a.answer(one, now=now)),
        "refuse": lambda now: proactive.refuse_offer(**a.answer(one, now=now)),
        "restore": lambda now: proactive.restore_offer(**a.answer(one, now=now)),
    }

    for step in range(14):
        name = draw.choice(list(acts))
        with suppress(Refused):
            acts[name](NOW + step * timedelta(days=draw.randint(0, 3)))

    found = ProactiveOffer.objects.get()
    dossiers = Case.objects.filter(request=f"proactive:{one.ref}")
    assert dossiers.count() == (found.filed is not None)
    assert (found.state == "refused") <= (found.filed is None)
    assert (found.state == "restored") <= (dossiers.filter(status=Case.Status.WITHDRAWN).count() == 1)
    assert Paper.objects.filter(withdrawn_at__isnull=False).count() == 0


def test_every_share_is_a_part_of_the_offers_of_its_month(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path, 4)
    for number in range(4):
        a.a_birth(commune, who=a.replace_id(f"00000000000{number}"))
    proactive.offer_all(day=TODAY, by=BY, now=NOW)
    first, second, third, _untold = ProactiveOffer.objects.order_by("pk")
    proactive.accept_offer(**a.answer(first))
    proactive.refuse_offer(**a.answer(second))
    proactive.record_notice(ref=third.ref, by=BY, now=NOW, how="letter")
    proactive.file_due(by=BY, now=NOW + timedelta(days=8))
    proactive.open_offer(**a.answer(third, now=NOW + timedelta(days=9)))
    proactive.restore_offer(**a.answer(third, now=NOW + timedelta(days=9)))

    [row] = rows_of(facts.offers_fact(), "2026-11")

    counted = {name: row[name] for name in facts.COUNTED}
    assert counted == {
        "offered": 4,
        "opened": 1,
        "confirmed": 1,
        "adjusted": 0,
        "refused": 1,
        "automatic": 1,
        "filed": 2,
        "restored": 1,
    }
    assert (row["unit"], row["quy_tac"], row["muc"]) == ("28777", "ban-sao", "muc-4")
