"""How an app declares a survey, in its ``surveys.py``, and what it is given of each submission.

What is asked stands in a workbook (XLSForm) that people of the province edit; the app says who may fill it in, which
questions it cannot do without, and what becomes of an answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class SurveySubmission:
    """One filled-in form.

    ``version`` is the one it was filled in with, ``instance_id`` ("uuid:…") was made by whoever filled it in: the same
    one twice is one submission. ``values`` go by the name of the question; groups are nested mappings, repeats lists of
    mappings. An int, Decimal, date, time, datetime or str; of select_multiple a tuple of str; of geopoint (latitude,
    longitude, altitude or None, accuracy in metres or None); of a file its name, which ``files`` gives the reference of
    the stored document for. What was not asked or not answered is not there. ``started_at`` and ``ended_at`` are what
    the device's clock said.
    """

    ref: str
    survey: str
    version: str
    instance_id: str
    values: Mapping[str, Any]
    files: Mapping[str, str]
    started_at: datetime | None
    ended_at: datetime | None
    received_at: datetime
    illustrative: bool = False


@dataclass(frozen=True)
class Survey:
    """One survey.

    ``code`` is the XForm's id, in addresses and file names. ``see`` is the right to read submissions, held at the unit
    that each belongs to; ``manage`` the right to publish a version. ``taken`` is called within the transaction that
    keeps a submission: it returns the code of the unit that it belongs to, and raises Refused to send it back.
    ``lists`` are what "select_one_from_file teams.csv" chooses from ("teams": rows with name and label, and whatever
    else), own to whoever asks. A version that lacks a question of ``required``, or asks it as another type, is refused.
    ``private`` questions hold data of persons: masked until somebody asks for them, left out of files and interfaces.
    ``edited`` is called instead of ``taken`` for a form that corrects an earlier one, (new, earlier, who, when) → unit;
    a survey without it takes no corrections.
    """

    code: str
    name: str
    name_en: str
    see: str
    manage: str
    may_fill: Callable[[Actor], bool]
    taken: Callable[[SurveySubmission, Actor, datetime], str]
    lists: Mapping[str, Callable[[Actor], Sequence[Mapping[str, str]]]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    edited: Callable[[SurveySubmission, SurveySubmission, Actor, datetime], str] | None = None


SURVEYS: dict[str, Survey] = {}


def declare_survey(survey: Survey) -> Survey:
    """Declare a survey under its code."""
    SURVEYS[survey.code] = survey
    return survey
