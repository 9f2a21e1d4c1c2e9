"""What was declared with a case's electronic form, in the words of the version that the case keeps."""

from dataclasses import replace

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import detail
from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.queries import SaidSection
from tinhso.kernel.errors import Refused


def declared_sections(case: Case, *, masked: bool) -> tuple[SaidSection, ...]:
    """Section by section; nothing where there was no form. ``masked``: personal answers show their end at most."""
    code, _at, number = case.form.partition("@")
    if not number.isdecimal():
        return ()
    try:
        version = forms.version_by_number(code, int(number))
    except Refused:  # of another system, with its own form
        return ()
    return forms.submitted_sections(version, case.values, masked=masked)


def declared_in_public(case: Case) -> tuple[SaidSection, ...]:
    """The same for whoever holds the key: a slip goes through many hands, so the applicant's name is cut short, too."""
    name = case.party.name
    short = detail.masked_name(name)
    return tuple(
        replace(
            section,
            answers=tuple(
                replace(readable_answer, text=short) if readable_answer.text == name else readable_answer
                for readable_answer in section.answers
            ),
        )
        for section in declared_sections(case, masked=True)
    )
