"""Records under given identities, so that the checks that GovStack publishes find what they take for granted.

Only where data are illustrative: a real case's code comes from its organisation and day (Thông tư 03/2025/TT-VPCP).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.queries import files, govstack
from tinhso.government.public_services.services.applications import ApplicationSubmission, submit_application
from tinhso.government.public_services.services.catalogue import put_versions
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class Seeded:
    """How many services and applications there are now under the given identities."""

    services: int
    applications: int


@transaction.atomic
def seed_test_data(
    *, given: Mapping[str, Any], agency: Unit, client: str, keeper: Actor, by: Actor, now: datetime
) -> Seeded:
    """Set up the ``services`` and ``applications`` of a test data file (GovStack, bb-registration, test-data.json).

    Services become procedures of ``agency``, put in by ``keeper``; applications are filed by the program ``by``, to
    which they then belong. Raises Refused outside of a demonstration, for a file of another shape, and where one of the
    applications is there already.
    """
    if not settings.DEMO:
        raise Refused("only_in_demo", _("Chỉ nạp dữ liệu thử ở môi trường minh họa (TINHSO_DEMO=1)."))
    try:
        services, applications = _named_services(given), list(given["applications"])
        sent = [
            (
                application["fileId"],
                application["serviceId"],
                ApplicationSubmission(
                    application["applicantId"], client, document_urls=tuple(application["documentUrls"])
                ),
            )
            for application in applications
        ]
    except (KeyError, TypeError) as problem:
        raise Refused(
            "bad_file",
            _("Tệp không có dạng test-data.json của GovStack: thiếu hoặc sai %(what)s."),
            what=str(problem)[:80],
        ) from problem
    if Case.objects.filter(code__in=[code for code, _service, _sent in sent]).exists():
        raise Refused(
            "seeded_before", _("Dữ liệu này đã nạp rồi. Dùng mã truy cập đã in lần trước, hoặc cơ sở dữ liệu mới.")
        )
    documents = list(_service_documents(services, agency, clock.local(now).date().isoformat()))
    file_read = files.checked_items(
        documents, lambda at, path: (str(documents[at]["aliases"][0]), ".".join(map(str, path)))
    )
    if file_read.problems:
        first = file_read.problems[0]
        raise Refused(
            "bad_procedure", _("%(place)s: %(field)s %(why)s."), place=first.sheet, field=first.cell, why=first.why
        )
    put_versions(given=file_read.documents, by=keeper, now=now)
    for code, identifier, application_submission in sent:
        attempt = sha256(f"seed {code}".encode()).hexdigest()[:40]
        service = govstack.service_version(identifier, clock.local(now).date())
        submit_application(service=service, sent=application_submission, by=by, now=now, attempt=attempt, code=code)
    return Seeded(len(documents), len(sent))


def _named_services(values: Mapping[str, Any]) -> dict[str, tuple[str, list[Mapping[str, Any]]]]:
    """Identifier → name and e-forms, of the services and of those that only applications name."""
    service_by_id = {
        str(service["id"]): (str(service["name"]), list(service["eForms"])) for service in values["services"]
    }
    for application in values["applications"]:
        service_by_id.setdefault(str(application["serviceId"]), (str(application["serviceName"]), []))
    return service_by_id


def _service_documents(
    services: Mapping[str, tuple[str, list[Mapping[str, Any]]]], agency: Unit, day: str
) -> Iterator[dict[str, Any]]:
    for number, (identifier, (name, forms)) in enumerate(services.items(), 1):
        yield {
            "code": f"GS-{number:02}",
            "aliases": [identifier],
            "local_code": True,
            "effective_from": day,
            "name": name,
            "name_en": name,
            "field_code": "govstack",
            "field": "GovStack",
            "field_en": "GovStack",
            "agency": agency.code,
            "agency_name": agency.name,
            "levels": ["province"],
            "online": "full",
            "portal_since": day,
            "audiences": ["citizen"],
            "cases": [{"code": "1", "name": name, "duration": "1", "unit": "working_day"}],
            "forms": [{"code": str(form["eFormId"]), "name": str(form["name"])} for form in forms],
            "source": "GovStack bb-registration",
            "verified": False,
        }
