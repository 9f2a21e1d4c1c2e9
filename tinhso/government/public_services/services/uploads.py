"""Files that another system hands over before its application, and the name under which it gives them back.

The name is signed for the program that handed the file over: nobody else can bind it to an application, not even who
knows the bytes. A file that no application takes is let go after a month.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext as _

from tinhso.blocks.cases.services.papers import StoredPaper
from tinhso.blocks.cases.services.papers import take_in as keep
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services.accepting import Upload
from tinhso.government.public_services.rights import FILE_CASES
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

PREFIX = "urn:tinhso:file:"
SALT = "public_services.upload"
LASTS = timedelta(days=28)


def take_in(*, upload: Upload, file_name: str, by: Actor, now: datetime) -> str:
    """Look into a file and keep it; returns its name. Stands outside any transaction; refuses what is not harmless."""
    by.must_be_able_to(FILE_CASES)
    (stored_paper,) = keep(uploads=[("", file_name, upload)], by=by, now=now)
    return PREFIX + signing.dumps([stored_paper.file.ref, stored_paper.file_name, by.ref], salt=SALT)


def handed_over(names: Iterable[str], *, by: Actor) -> list[StoredPaper]:
    """The files behind names that ``by`` was given; other addresses are passed over, others' names refused."""
    return [_upload_of_token(name.removeprefix(PREFIX), by) for name in names if name.startswith(PREFIX)]


def _upload_of_token(signed: str, by: Actor) -> StoredPaper:
    try:
        ref, file_name, whose = signing.loads(signed, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        ref = file_name = whose = ""
    file = StoredFile.objects.filter(ref=ref).first() if whose == by.ref else None
    if file is None:
        raise Refused("no_such_file", _("Không có tệp nào mang tên ấy, hoặc tệp đã gửi quá lâu. Hãy gửi lại."))
    return StoredPaper(file_name, file_name, file)
