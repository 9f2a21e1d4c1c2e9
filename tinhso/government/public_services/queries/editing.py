"""What a page starts from when somebody edits one procedure, and how it is seen that somebody else was quicker."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.utils.translation import gettext as _

from tinhso.government.public_services.models import Procedure, Version
from tinhso.government.public_services.queries import documents, lookup
from tinhso.government.public_services.queries.documents import Document
from tinhso.kernel.errors import Refused

DECISION = ("decision_number", "decision_date", "decision_agency")
# What a next version may not take over unseen: its days, its decision, and who held it against which
OF_ITS_OWN = ("effective_from", "effective_to", *DECISION, "ended_by_number", "ended_by_date", "ended_by_agency")


def procedure_mark(code: str) -> str:
    """Changes with whatever is known of a procedure; empty where nothing is known now."""
    return mark_of(lookup.all_versions().filter(procedure__code=code))


def mark_of(versions: Iterable[Version]) -> str:
    """The same of the versions that are known of a procedure."""
    text = "\n".join(sorted(f"{version.ref} {version.known.lower.isoformat()}" for version in versions))
    return sha256(text.encode()).hexdigest() if text else ""


def newest_version(procedure: Procedure) -> Version:
    """The last version of a procedure; refuses one of which nothing is known now."""
    return lookup.versions_of(procedure)[0]


def version_among(versions: Sequence[Version], ref: str) -> Version:
    """The version of a procedure with a reference, the last one where none is named; refuses another's."""
    if not ref:
        return versions[0]
    version = next((candidate for candidate in versions if candidate.ref == ref), None)
    if version is None:
        raise Refused("unknown_version", _("Không có phiên bản thủ tục nào có tham chiếu “%(ref)s”."), ref=ref)
    return version


def document_of(version: Version) -> Document:
    """What is known of a version, to be corrected."""
    return documents.document_of(version, list(version.procedure.aliases.values_list("value", flat=True)))


def next_after(version: Version) -> Document:
    """A next version that still says what ``version`` says, without its days and decision, not yet verified."""
    return document_of(version) | dict.fromkeys(OF_ITS_OWN, "") | {"source": "", "verified": False}
