"""Rules as a province writes them: known anew when they change, and refused with file, rule and field."""

from pathlib import Path

import pytest

from tinhso.blocks.cases.tests import makers
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.models import ProactiveRule
from tinhso.government.public_services.queries.proactive import rules
from tinhso.government.public_services.services import proactive
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.government.public_services.tests import offering as a
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
NOW, TODAY, BY, WEEK = a.NOW, a.TODAY, proactive.PROACTIVE, a.WEEK


@pytest.fixture
def commune(monkeypatch: pytest.MonkeyPatch) -> Unit:
    """A commune where births are registered; it is Monday morning."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    unit = makers.a_unit("28777", "Xã An")
    a.the_catalogue()
    return unit


def test_a_changed_rule_is_known_anew_and_what_was_known_stays(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    one = a.offered()
    path = tmp_path / "proactive.toml"
    path.write_text(path.read_text().replace("Bạn có muốn", "Bạn muốn"), encoding="utf-8")

    changed = proactive.load_rules(path=path, by=catalogue.KEEPER, now=NOW)
    again = proactive.load_rules(path=path, by=catalogue.KEEPER, now=NOW + WEEK)

    assert (changed.changed, again.changed) == (1, 0)
    assert (ProactiveRule.objects.count(), rules.live_rules().count()) == (2, 1)
    one.refresh_from_db()
    assert one.rule.text == "Bạn có muốn nhận bản sao không?"
    assert proactive.offer_all(day=TODAY, by=BY, now=NOW) == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('level = 5\ntitle_x = ""', "level"),
        ('level = 3\nwhy = ""', "why"),
        ('level = 2\nprocedure = "KHONG-CO"', "procedure"),
        ('level = 2\ntrigger = { kind = "moon" }', "trigger.kind"),
        ('level = 2\ntrigger = { kind = "expires", procedure = "HT-01" }', "trigger.days"),
        ("level = 2\neffective_to = 2026-06-01", "effective_to"),
        ('level = 2\nprefill = { a = "b" }', "prefill.a"),
        ("level = 4\nnotice_days = 0", "notice_days"),
        ("level = 4\nnotice_days = 9\nlapse_days = 9", "lapse_days"),
    ],
)
def test_a_faulty_rule_is_told_by_file_rule_and_field_and_nothing_is_taken_in(
    commune: Unit, tmp_path: Path, wrong: str, named: str
) -> None:
    a.a_rule(tmp_path)
    path, keys = tmp_path / "proactive.toml", {line.split(" =")[0] for line in wrong.splitlines()}
    lines = [line for line in path.read_text().splitlines() if line.split(" =")[0] not in keys]
    path.write_text("\n".join([*lines, wrong]), encoding="utf-8")

    with pytest.raises(Refused) as found:
        proactive.load_rules(path=path, by=catalogue.KEEPER, now=NOW)

    assert f"proactive.toml, 1 (ban-sao): {named} " in found.value.message
    assert rules.live_rules().get().level == 2
