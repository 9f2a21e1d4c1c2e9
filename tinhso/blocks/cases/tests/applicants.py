"""Makers that read aloud: who applies with an electronic form, and how a browser does it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.blocks.cases.contract import Channel, PaperAsked, ProcedureOption
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.documents.tests.papers import a_pdf
from tinhso.blocks.forms.models import Draft
from tinhso.blocks.forms.tests import makers as forms
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit

APPLY, DESK = "/apply/tests/2.000001/", "/cases/new/tests/2.000001/"
TOLD = {
    "receiving": "28777",
    "kind": "0",
    "option": "1",
    "name": "Nguyễn Văn Ví Dụ",
    "id_number": "083090000001",
    "phone": "0912345678",
    "email": "vi-du@example.vn",
    "note": "Gọi trước khi đến",
}
PAPERS = (PaperAsked("Đơn xin đốn cây", original=1), PaperAsked("Giấy ủy quyền", original=1), PaperAsked("Ảnh cây"))


class Offers:
    """A provider of one procedure."""

    def options(self, code: str, *, day: date, channel: Channel) -> Sequence[ProcedureOption]:
        """Its one case."""
        return [replace(makers.PERMIT, papers=PAPERS)]

    def find(self, words: str, *, day: date, limit: int) -> Sequence[ProcedureOption]:
        """Nothing is looked for here."""
        return []


def a_file(name: str = "dat.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, a_pdf() if content is None else content)


def begun(browser: Client, *, way: str = APPLY, **changes: Any) -> str:
    """Tell who applies and where; returns the address of the form."""
    answer = browser.post(way, TOLD | changes)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def sent(
    browser: Client, address: str, *, do: str = "finish", files: dict[str, Any] | None = None, **typed: Any
) -> Any:
    """Send the form's page as it stands, with what a careful person types and so much changed."""
    whole = forms.everything(place={"commune": "28777", "sheet": "12", "parcel": "204"}, permit=None, **typed)
    post = forms.posted(whole, revision=Draft.objects.get(ref=address.split("/")[-2]).revision, do=do)
    return browser.post(address, {**post.dict(), **(files or {})})


def handed_in(browser: Client, address: str, **typed: Any) -> Case:
    """Hand the form in with the land paper; returns the case."""
    answer = sent(browser, address, files={"f.permit": a_file()}, **typed)
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.select_related("party").latest("pk")


def logged_in(person: Person) -> Client:
    """Their browser."""
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def a_clerk(commune: Unit, name: str = "mot-cua") -> Client:
    """Who receives at the commune."""
    person = people.a_person(name)
    people.a_post(person, commune, people.a_role("receive cases", code=name))
    return logged_in(person)
