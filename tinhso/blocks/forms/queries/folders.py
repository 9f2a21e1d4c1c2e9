"""A province's folder of forms: what its files say, what is wrong with them, and what they would change."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.forms.models import FormVersion
from tinhso.blocks.forms.queries import documents
from tinhso.blocks.forms.queries.documents import FormFault
from tinhso.blocks.forms.queries.shape import Json

NEW, NEXT, SAME = "new", "next", "same"
LARGEST, MOST_PLACES = 1_000_000, 50


@dataclass(frozen=True)
class FolderRead:
    """Sound documents, and faults by the name of their file."""

    documents: tuple[Json, ...]
    faults: tuple[tuple[str, FormFault], ...]


@dataclass(frozen=True)
class FormChange:
    """What loading a document does: ``new`` form, ``next`` version, or the ``same`` as the newest one. ``places`` are
    the JSON pointers that say something else than before."""

    code: str
    kind: str
    number: int
    places: tuple[str, ...] = ()


def read_folder(folder: Path) -> FolderRead:
    """Every ``*.json`` of a folder. A code that two files claim is a fault of the second."""
    rows: list[Json] = []
    faults: list[tuple[str, FormFault]] = []
    for path in sorted(folder.glob("*.json")):
        document, wrong = _read_form_file(path)
        if not wrong and any(document["code"] == values["code"] for values in rows):
            wrong = [FormFault("/code", _("mã này đã có ở một tệp khác"))]
        faults += [(path.name, fault) for fault in wrong]
        if not wrong:
            rows.append(document)
    return FolderRead(tuple(rows), tuple(faults))


def _read_form_file(path: Path) -> tuple[Any, list[FormFault]]:
    if path.stat().st_size > LARGEST:
        return None, [FormFault("", _("biểu mẫu quá lớn hoặc lồng quá sâu"))]
    try:
        document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError) as error:
        return None, [FormFault("", _("sai cú pháp JSON: %(why)s") % {"why": str(error)[:120]})]
    return document, documents.document_faults(document)


def _unique_keys(pairs: list[tuple[str, Any]]) -> Json:
    keys = [key for key, _value in pairs]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise ValueError(_("khóa “%(key)s” có hai lần") % {"key": sorted(twice)[0]})
    return dict(pairs)


def form_changes(rows: tuple[Json, ...]) -> list[FormChange]:
    """What loading the documents would do, compared with the newest version of each form."""
    return [_form_change(document) for document in rows]


def _form_change(document: Json) -> FormChange:
    newest = FormVersion.objects.filter(form__code=document["code"]).order_by("number").last()
    if newest is None:
        return FormChange(document["code"], NEW, 1)
    if newest.sha256 == documents.fingerprint(document):
        return FormChange(document["code"], SAME, newest.number)
    places = tuple(sorted(_changed_places(newest.document, document, "")))[:MOST_PLACES]
    return FormChange(document["code"], NEXT, newest.number + 1, places)


def _changed_places(before: Any, after: Any, where: str) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        return [place for key in keys for place in _changed_places(before.get(key), after.get(key), f"{where}/{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [
            place
            for at, (item_before, item_after) in pairs
            for place in _changed_places(item_before, item_after, f"{where}/{at}")
        ]
    return [] if before == after else [where]
