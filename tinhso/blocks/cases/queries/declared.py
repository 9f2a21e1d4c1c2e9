"""What was declared with a dossier's electronic form, in the words of the version that the dossier keeps."""

from tinhso.blocks.cases.models import Case
from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.queries import SaidSection
from tinhso.kernel.errors import Refused


def declared(case: Case, *, masked: bool) -> tuple[SaidSection, ...]:
    """Section by section; nothing where there was no form. ``masked``: personal answers show their end at most."""
    code, _at, number = case.form.partition("@")
    if not number.isdecimal():
        return ()
    try:
        version = forms.version(code, int(number))
    except Refused:  # of another system, with its own form
        return ()
    return forms.submitted(version, case.values, masked=masked)
