"""A province's folder of forms: the same content makes no version, a version never changes."""

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.forms import queries, services
from tinhso.blocks.forms.models import FormVersion
from tinhso.blocks.forms.tests import makers as a
from tinhso.blocks.outbox.models import Announcement
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
NEXT_YEAR = a.changed(a.a_document(), "/layout/0/items/0/label", "Họ, chữ đệm, tên") | {"effective_from": "2027-01-01"}


def test_the_same_content_makes_no_version(tmp_path: Path) -> None:
    folder = a.write(tmp_path, a.a_document())

    first = services.load_forms(folder=folder, by=a.KEEPER, now=a.NOON)
    again = services.load_forms(folder=folder, by=a.KEEPER, now=a.NOON)

    assert [change.kind for change in first.changes] == ["new"]
    assert [change.kind for change in again.changes] == ["same"]
    assert FormVersion.objects.count() == 1
    assert Announcement.objects.filter(name="forms.FormVersionAdded").count() == 1


def test_a_rehearsal_says_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    a.a_version(tmp_path)
    folder = a.write(tmp_path, NEXT_YEAR)

    said = services.load_forms(folder=folder, by=a.KEEPER, now=a.NOON, dry_run=True)

    assert [(one.kind, one.number, one.places) for one in said.changes] == [
        ("next", 2, ("/effective_from", "/layout/0/items/0/label"))
    ]
    assert FormVersion.objects.count() == 1


def test_each_day_has_its_version_and_a_draft_keeps_the_one_it_began_with(tmp_path: Path) -> None:
    draft = a.a_draft(a.a_version(tmp_path), full_name="Lan")
    services.load_forms(folder=a.write(tmp_path, NEXT_YEAR), by=a.KEEPER, now=a.NOON)
    days = (date(2022, 12, 31), a.TODAY, date(2027, 1, 1))

    found = [queries.in_force("don-cay", day) for day in days]

    assert [one and one.number for one in found] == [None, 1, 2]
    assert queries.newer_than(draft, a.TODAY) is None
    assert queries.newer_than(draft, date(2027, 1, 1)) == found[2]
    assert [one.number for one in queries.for_procedure("CX.01", a.TODAY)] == [1]


def test_going_on_under_the_newer_version_keeps_the_answers(tmp_path: Path) -> None:
    draft = a.a_draft(a.a_version(tmp_path), full_name="Lan")
    services.load_forms(folder=a.write(tmp_path, NEXT_YEAR | {"effective_from": "2026-11-01"}), by=a.KEEPER, now=a.NOON)

    opened = services.renew_draft(ref=draft.ref, by=a.LAN, now=a.NOON)

    assert (opened.draft.version.number, opened.draft.values["full_name"]) == (2, "Lan")
    with pytest.raises(Refused, match="unknown_draft"):
        queries.own_draft(draft.ref, by=a.LAN, now=a.NOON)


def test_a_version_never_changes_and_never_goes(tmp_path: Path) -> None:
    version = a.a_version(tmp_path)

    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.filter(pk=version.pk).update(document={})
    with pytest.raises(IntegrityError), transaction.atomic():
        version.delete()

    assert queries.version_by_number("don-cay", 1).document == a.a_document()


def test_one_fault_refuses_the_folder_with_file_and_place(tmp_path: Path) -> None:
    folder = a.write(tmp_path, a.a_small_document(ten={"type": "string"}), a.a_document())

    with pytest.raises(Refused, match=r"nho\.json, /schema/properties/ten/maxLength"):
        services.load_forms(folder=folder, by=a.KEEPER, now=a.NOON)

    assert not FormVersion.objects.exists()


@pytest.mark.parametrize("text", ["{", '{"code": "a", "code": "b"}', "[" * 100_000, "\ufeff{}"])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "hong.json").write_text(text, encoding="utf-8")

    with pytest.raises(Refused, match=r"hong\.json"):
        services.load_forms(folder=tmp_path, by=a.KEEPER, now=a.NOON)


def test_only_who_keeps_forms_loads_them(tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        services.load_forms(folder=tmp_path, by=a.LAN, now=a.NOON)
