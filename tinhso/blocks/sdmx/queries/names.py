"""How SDMX names things: identifiers, agencies, resource names, labels in two languages."""

import re
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext

from tinhso.kernel import province, text
from tinhso.ui.context import served_province as shown_province

# Structures follow the province's own catalogue and may change at any time: SDMX calls such a version not semantic.
VERSION = "1.0"
LANGUAGES = ("vi", "en")
SDMX = "SDMX"  # the agency above all agencies
_PLAIN = re.compile(r"[A-Za-z0-9_@-]+")
# kind of structure → its package and class in a resource name
CLASSES = {
    "agencyscheme": "base.AgencyScheme",
    "categorisation": "categoryscheme.Categorisation",
    "categoryscheme": "categoryscheme.CategoryScheme",
    "codelist": "codelist.Codelist",
    "conceptscheme": "conceptscheme.ConceptScheme",
    "dataconstraint": "registry.DataConstraint",
    "dataflow": "datastructure.Dataflow",
    "datastructure": "datastructure.DataStructure",
}
ITEMS = {
    "agencyscheme": "base.Agency",
    "categoryscheme": "categoryscheme.Category",
    "codelist": "codelist.Code",
    "conceptscheme": "conceptscheme.Concept",
}


def agency_id() -> str:
    """The province as a maintenance agency: ``[sdmx] agency`` of its file, else made from its name."""
    configured_agency = province.province_facts().sdmx.get("agency")
    if configured_agency:
        return str(configured_agency)
    display_province = shown_province()
    agency_code = (
        re.sub(r"[^a-z0-9]+", "_", text.fold(display_province.name_en or display_province.name)).strip("_").upper()
    )
    return agency_code if agency_code[:1].isalpha() else f"P_{agency_code}"


def sdmx_id(code: str) -> str:
    """``code`` as an identifier: other characters than letters, digits, ``_``, ``@`` and ``-`` become ``$`` and hex."""
    if _PLAIN.fullmatch(code):
        return code
    return "".join(c if _PLAIN.fullmatch(c) else "".join(f"${byte:02x}" for byte in c.encode()) for c in code)


@lru_cache(maxsize=8192)
def area_code(ref: str) -> str:
    """A unit's reference as a code: with a letter before it, since the schema of SDMX-ML wants one before parents."""
    return f"U{sdmx_id(ref)}"


def urn(kind: str, maintainer: str, name: str, item: str = "", version: str = VERSION) -> str:
    """The resource name of a structure, or of an item in it."""
    cls = ITEMS[kind] if item else CLASSES[kind]
    return f"urn:sdmx:org.sdmx.infomodel.{cls}={maintainer}:{name}({version}){'.' + item if item else ''}"


def name_labels(vi: str, en: str = "", *, language: str) -> dict[str, object]:
    """The name in the reader's language and in every language that there is."""
    values = {"vi": vi} | ({"en": en} if en else {})
    return {"name": values.get(language, vi), "names": values}


def text_labels(message: str, *, language: str) -> dict[str, object]:
    """The same for a text of ours, which has a translation."""
    values = {}
    for language_code in LANGUAGES:
        with translation.override(language_code):
            values[language_code] = gettext(message)
    return {"name": values.get(language, values["vi"]), "names": values}
