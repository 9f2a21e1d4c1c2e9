"""Every write of documents: issuing, accepting and keeping papers, digitising, verification, certified copies."""

from tinhso.blocks.documents.services.accepting import Upload, accept, clean_name
from tinhso.blocks.documents.services.certifying import certify_copies
from tinhso.blocks.documents.services.digitising import NotDoneYet, digitise, recognise
from tinhso.blocks.documents.services.issuing import issue, take_numbers, withdraw
from tinhso.blocks.documents.services.papers import (
    hand_in,
    keep_paper,
    read_certification,
    read_paper,
    use_paper,
    withdraw_paper,
)
from tinhso.blocks.documents.services.storing import let_go_of_unused, remove_file, sweep
from tinhso.blocks.documents.services.verification import (
    register_for_verification,
    seal_verification,
    withdraw_verification,
)

__all__ = [
    "NotDoneYet",
    "Upload",
    "accept",
    "certify_copies",
    "clean_name",
    "digitise",
    "hand_in",
    "issue",
    "keep_paper",
    "let_go_of_unused",
    "read_certification",
    "read_paper",
    "recognise",
    "register_for_verification",
    "remove_file",
    "seal_verification",
    "sweep",
    "take_numbers",
    "use_paper",
    "withdraw",
    "withdraw_paper",
    "withdraw_verification",
]
