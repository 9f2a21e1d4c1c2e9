"""A form whose questions about persons are not marked is refused; what is marked, or looks so, is masked."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tinhso.blocks.forms import queries
from tinhso.blocks.forms.models import Form, FormVersion
from tinhso.blocks.forms.queries import documents, folders
from tinhso.blocks.forms.queries.persons import looks_personal
from tinhso.blocks.forms.tests import makers as a

FOLDERS = sorted(
    path
    for root in ("provinces", "tests/provinces")
    for path in Path(settings.ROOT, root).glob("*")
    if (path / "forms").is_dir()
)
TEXT = {"type": "string", "maxLength": 80}


def labelled(label: str, **item: Any) -> dict[str, Any]:
    document = a.a_small_document(cau_hoi=TEXT)
    return a.changed(document, "/layout/0/items/0", {"field": "cau_hoi", "label": label, **item})


@pytest.mark.parametrize("province", FOLDERS, ids=lambda path: str(path.name))
def test_every_form_of_every_province_marks_its_questions_about_persons(province: Path) -> None:
    read = folders.read_folder(province / "forms")

    assert read.faults == ()
    assert len(read.documents) > 0


@pytest.mark.parametrize(
    "label",
    [
        "Họ, chữ đệm, tên",
        "Họ và tên người nhận",
        "HỌ TÊN",
        "Ngày sinh",
        "Năm sinh của mẹ",
        "Số CCCD",
        "Số căn cước",
        "Số định danh cá nhân",
        "Địa chỉ liên hệ",
        "Nơi cư trú",
        "Điện thoại",
        "Thư điện tử",
        "E-mail",
        "Quê quán",
        "Dân tộc",
        "Số tài khoản",
        "Tên cha",
        "Full name",
        "Date of birth",
    ],
)
def test_a_question_that_looks_personal_needs_a_mark(label: str) -> None:
    bare, marked, other = (
        documents.document_faults(labelled(label, **mark)) for mark in ({}, {"personal": True}, {"personal": False})
    )

    assert [fault.where for fault in bare] == ["/layout/0/items/0/personal"]
    assert (marked, other) == ([], [])


@pytest.mark.parametrize(
    "label", ["Số tầng", "Tên giấy tờ", "Ngành, nghề", "Lý do", "Số bản sao", "Ngày cấp", "Xã, phường"]
)
def test_a_question_about_things_needs_no_mark(label: str) -> None:
    assert documents.document_faults(labelled(label)) == []


@pytest.mark.parametrize("name", ["full_name", "child_name", "birth_year", "ho_ten", "so_cccd", "dia_chi", "email"])
def test_a_name_of_a_question_is_looked_at_as_its_words_are(name: str) -> None:
    assert looks_personal(name=name, label="Câu 1")


def test_a_group_that_is_marked_speaks_for_all_in_it() -> None:
    group = {"type": "object", "additionalProperties": False, "properties": {"full_name": TEXT}}
    items = {"field": "me", "label": "Mẹ", "items": [{"field": "full_name", "label": "Họ tên"}]}
    document = a.a_small_document(me=group)

    bare = documents.document_faults(a.changed(document, "/layout/0/items/0", items))
    marked = documents.document_faults(a.changed(document, "/layout/0/items/0", {**items, "personal": True}))

    assert [fault.where for fault in bare] == ["/layout/0/items/0/items/0/personal"]
    assert marked == []


@pytest.mark.django_db
def test_what_was_loaded_before_marks_were_asked_for_is_masked_by_its_looks() -> None:
    group = {"type": "object", "additionalProperties": False, "properties": {"full_name": TEXT, "birth_year": TEXT}}
    inside = [{"field": "full_name", "label": "Họ tên"}, {"field": "birth_year", "label": "Năm sinh"}]
    document = a.changed(
        a.a_small_document(me=group), "/layout/0/items/0", {"field": "me", "label": "Mẹ", "items": inside}
    )
    version = FormVersion(form=Form(code="nho"), number=1, document=document)

    [section] = queries.submitted_sections(
        version, {"me": {"full_name": "Trần Thị Mẫu", "birth_year": "1990"}}, masked=True
    )

    assert [part.text for part in section.answers[0].parts] == ["•••", "•••"]
