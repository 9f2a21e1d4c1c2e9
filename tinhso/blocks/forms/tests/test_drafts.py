"""Drafts: mine alone, saved as I go, never overwritten in silence, finished once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.forms import contract, queries, services
from tinhso.blocks.forms.contract import AnswerQuery, HeldPaper, RegisterAnswer
from tinhso.blocks.forms.models import Draft, FormVersion
from tinhso.blocks.forms.tests import makers as a
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """A register that knows a name, and holds the land paper."""

    def name(asking: AnswerQuery) -> RegisterAnswer | None:
        return RegisterAnswer(f"Tên của {asking.owner}", "CSDL thử", asking.day)

    monkeypatch.setitem(contract.ANSWERS, "person.full_name", name)
    monkeypatch.setitem(contract.PAPERS, "giay-dat", lambda asking: HeldPaper("CSDL đất thử", asking.day))


def test_a_draft_is_saved_and_finished_once(version: FormVersion) -> None:
    draft = a.a_draft(version)

    taken = services.handle_form_post(
        ref=draft.ref, post=a.posted(a.everything(permit=None), do="finish"), by=a.LAN, now=a.NOON
    )
    kept = services.save_draft(ref=draft.ref, values=a.everything(), revision=1, by=a.LAN, now=a.NOON)
    finished = services.finish_draft(ref=draft.ref, revision=kept.revision, by=a.LAN, now=a.NOON)

    assert [(one.path, one.code) for one in taken.problems] == [("permit", "required")]
    assert (finished.code, finished.number, finished.values["birthday"]) == ("don-cay", 1, "1990-10-05")
    assert not Draft.objects.exists()
    with pytest.raises(Refused, match="unknown_draft"):
        services.finish_draft(ref=draft.ref, revision=kept.revision, by=a.LAN, now=a.NOON)


def test_two_windows_never_overwrite_each_other(version: FormVersion) -> None:
    draft = a.a_draft(version)
    services.handle_form_post(ref=draft.ref, post=a.posted({"full_name": "Cửa sổ một"}), by=a.LAN, now=a.NOON)

    with pytest.raises(Refused, match="changed_elsewhere"):
        services.handle_form_post(ref=draft.ref, post=a.posted({"full_name": "Cửa sổ hai"}), by=a.LAN, now=a.NOON)

    draft.refresh_from_db()
    assert (draft.values["full_name"], draft.revision) == ("Cửa sổ một", 1)


def test_somebody_elses_draft_does_not_exist(version: FormVersion) -> None:
    draft = a.a_draft(version)

    for somebody in (a.BA, a.VISITOR, a.KEEPER):
        with pytest.raises(Refused, match="unknown_draft"):
            services.handle_form_post(ref=draft.ref, post=a.posted({}), by=somebody, now=a.NOON)
        with pytest.raises(Refused, match="unknown_draft"):
            services.finish_draft(ref=draft.ref, revision=0, by=somebody, now=a.NOON)

    assert queries.newest_draft(a.BA, about="", code="don-cay", now=a.NOON) is None


def test_a_visitor_comes_back_with_the_secret_alone(version: FormVersion) -> None:
    opened = services.open_draft(version=version, by=a.VISITOR, now=a.NOON)

    found = queries.own_draft(opened.draft.ref, by=a.VISITOR, now=a.NOON, secret=opened.secret)

    assert found == opened.draft
    assert opened.secret not in str(Draft.objects.values())
    for secret in ("", "sai", opened.draft.secret_hash):
        with pytest.raises(Refused, match="unknown_draft"):
            queries.own_draft(opened.draft.ref, by=a.VISITOR, now=a.NOON, secret=secret)


def test_an_expired_draft_is_gone(version: FormVersion) -> None:
    draft = a.a_draft(version)
    later = a.NOON + timedelta(days=31)

    with pytest.raises(Refused, match="unknown_draft"):
        queries.own_draft(draft.ref, by=a.LAN, now=later)

    assert services.drop_expired(now=later) == 1


def test_rows_are_added_and_removed_and_what_was_typed_stays(version: FormVersion) -> None:
    draft = a.a_draft(version)
    two: list[dict[str, Any]] = [{"species": "dua", "count": "x"}, {"species": "bang", "count": "2"}]

    added = services.handle_form_post(
        ref=draft.ref, post=a.posted({"trees": two}, do="add:trees"), by=a.LAN, now=a.NOON
    )
    post = a.posted({"trees": [*two, {}]}, revision=1, do="remove:trees.0")
    removed = services.handle_form_post(ref=draft.ref, post=post, by=a.LAN, now=a.NOON)

    assert (added.did, added.anchor) == ("added", "f-trees-2")
    assert added.draft.values["trees"] == [*two, {}]
    assert removed.draft.values["trees"] == [two[1], {}]


def test_no_button_makes_more_rows_than_the_form_takes(version: FormVersion) -> None:
    draft = a.a_draft(version)
    five = [{"species": "dua"}] * 5

    for post in (a.posted({"trees": five}, do="add:trees"), a.posted({"trees": [{}] * 10_000})):
        with pytest.raises(Refused, match="too_many_rows"):
            services.handle_form_post(ref=draft.ref, post=post, by=a.LAN, now=a.NOON)

    draft.refresh_from_db()
    assert draft.revision == 0


@pytest.mark.parametrize(
    "do", ["add:full_name", "add:trees.0.x", "remove:trees.x", "remove:", "drop:full_name", "add:.", "?"]
)
def test_a_button_that_no_page_has_saves_and_does_no_more(version: FormVersion, do: str) -> None:
    draft = a.a_draft(version)

    taken = services.handle_form_post(ref=draft.ref, post=a.posted({"full_name": "Lan"}, do=do), by=a.LAN, now=a.NOON)

    assert taken.did == "saved"
    assert taken.draft.values["full_name"] == "Lan"
    assert not any(taken.draft.values.get("trees", []))


def test_a_paper_comes_from_a_file_and_never_from_text(version: FormVersion) -> None:
    draft = a.a_draft(version)
    post = a.posted({"permit": "GT-CUA-NGUOI-KHAC"})

    without = services.handle_form_post(ref=draft.ref, post=post, by=a.LAN, now=a.NOON)
    with_one = services.handle_form_post(
        ref=draft.ref,
        post=a.posted({}, revision=1),
        files={"f.permit": SimpleUploadedFile("dat.pdf", b"%PDF")},
        keep_file=lambda paper, file: f"{paper}-1",
        by=a.LAN,
        now=a.NOON,
    )

    assert "permit" not in without.draft.values
    assert with_one.draft.values["permit"] == "giay-dat-1"


def test_what_registers_hold_is_filled_in_with_its_source(version: FormVersion, register: None) -> None:
    draft = a.a_draft(version)
    values = a.everything(full_name="Tên khác", permit=None)

    kept = services.save_draft(ref=draft.ref, values=values, revision=0, by=a.LAN, now=a.NOON)
    finished = services.finish_draft(ref=draft.ref, revision=kept.revision, by=a.LAN, now=a.NOON)

    assert draft.values == {"full_name": "Tên của ND-LAN"}
    assert draft.answers["full_name"] == {"value": "Tên của ND-LAN", "source": "CSDL thử", "day": "2026-11-25"}
    assert finished.corrected == ("full_name",)
    assert finished.answers["permit"] == {"paper": "giay-dat", "source": "CSDL đất thử", "day": "2026-11-25"}


def test_what_may_not_be_corrected_is_not_whatever_is_sent(tmp_path: Path, commune: Any, register: None) -> None:
    version = a.a_version(tmp_path, a.changed(a.a_document(), "/schema/properties/full_name/readOnly", True))
    draft = a.a_draft(version, full_name="Người khác")

    taken = services.handle_form_post(ref=draft.ref, post=a.posted({"full_name": "Kẻ gian"}), by=a.LAN, now=a.NOON)

    assert draft.values["full_name"] == "Tên của ND-LAN"
    assert taken.draft.values["full_name"] == "Tên của ND-LAN"


def test_a_draft_does_not_grow_without_end(version: FormVersion) -> None:
    draft = a.a_draft(version)

    with pytest.raises(Refused, match="too_large"):
        services.handle_form_post(ref=draft.ref, post=a.posted({"full_name": "x" * 600_000}), by=a.LAN, now=a.NOON)


def test_the_database_keeps_owner_version_and_count(version: FormVersion) -> None:
    draft = a.a_draft(version)

    for change in ({"owner": "ND-BA"}, {"about": "x"}, {"revision": -1}, {"secret_hash": "0" * 64}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.filter(pk=draft.pk).update(**change)


def test_the_log_hears_who_saved_and_never_what(version: FormVersion) -> None:
    draft = a.a_draft(version)

    services.handle_form_post(ref=draft.ref, post=a.posted({"full_name": "Bí Mật"}), by=a.LAN, now=a.NOON)
    services.handle_form_post(ref=draft.ref, post=a.posted({}, revision=1), by=a.LAN, now=a.NOON, background=True)

    entries = Entry.objects.filter(subject=draft.ref).order_by("pk")
    assert [entry.did for entry in entries] == ["opened draft", "saved draft"]
    assert "Bí Mật" not in str(list(entries.values("before", "after")))
