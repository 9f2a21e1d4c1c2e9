"""What an official sees of where somebody stood and what they photographed is written down."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tinhso.blocks.audit.models import Entry
from tinhso.society.field_reports import services
from tinhso.society.field_reports.models import Attachment, Report
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(place: Place) -> Client:
    """An official's browser."""
    client = Client()
    person = makers.a_person_at(place.west, *makers.OFFICER, name="hoa")
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def report(place: Place) -> Report:
    """A report with a place and a photo."""
    return makers.in_progress(place, attachments=(makers.attached(makers.a_picture()),))


def looks() -> list[tuple[str, str]]:
    """What the log says was looked at, in order, and as what."""
    found = Entry.objects.filter(did="viewed", subject_kind=Report._meta.label).order_by("pk")
    return [(one.subject, (one.after or {})["why"]) for one in found]


def test_opening_a_report_is_written_down_once_with_its_small_photos(officer: Client, report: Report) -> None:
    photo = report.attachments.get(kind=Attachment.Kind.BEFORE)

    officer.get(reverse("field_reports:one", args=[report.ref]))
    officer.get(reverse("field_reports:desk_file", args=[photo.ref, "small"]))

    assert looks() == [(report.ref, "place and photos")]


def test_a_photo_in_its_whole_size_is_a_look_of_its_own(officer: Client, report: Report) -> None:
    photo = report.attachments.get(kind=Attachment.Kind.BEFORE)

    officer.get(reverse("field_reports:desk_file", args=[photo.ref, "large"]))

    assert looks() == [(report.ref, f"photo {photo.ref}")]


@pytest.mark.parametrize(("tray", "what"), [("inbox", "inbox map"), ("crew", "jobs map")])
def test_a_map_of_many_names_them_all_in_one_line(
    officer: Client, report: Report, place: Place, tray: str, what: str
) -> None:
    if tray == "crew":
        crew = makers.a_person_at(place.west, "fix field reports", *makers.OFFICER, name="tam")
        officer.force_login(crew, backend=settings.AUTHENTICATION_BACKENDS[-1])
        services.assign_report(ref=report.ref, to=crew.ref, by=makers.an_officer(place.west), now=makers.MONDAY)

    officer.get(reverse(f"field_reports:{tray}"))

    assert looks() == [("list", f"{what}: {report.ref}")]


def test_one_who_may_not_see_a_report_leaves_no_look(report: Report) -> None:
    Client().get(reverse("field_reports:one", args=[report.ref]))

    assert looks() == []
