"""Every write of documents: issuing, accepting and keeping papers, digitising, verification, certified copies."""

from tinhso.blocks.documents.services.accepting import Upload, accept_upload, clean_name
from tinhso.blocks.documents.services.certifying import certify_copies
from tinhso.blocks.documents.services.digitising import NotDoneYet, recognise_text, request_digitisation
from tinhso.blocks.documents.services.issuing import issue_document, take_numbers, withdraw_document
from tinhso.blocks.documents.services.papers import (
    hand_in,
    keep_paper,
    read_certification,
    read_paper,
    use_paper,
    withdraw_paper,
)
from tinhso.blocks.documents.services.storing import let_go_of_unused, remove_file, sweep_store
from tinhso.blocks.documents.services.verification import (
    register_for_verification,
    seal_verification,
    withdraw_verification,
)

__all__ = [
    "NotDoneYet",
    "Upload",
    "accept_upload",
    "certify_copies",
    "clean_name",
    "request_digitisation",
    "hand_in",
    "issue_document",
    "keep_paper",
    "let_go_of_unused",
    "read_certification",
    "read_paper",
    "recognise_text",
    "register_for_verification",
    "remove_file",
    "seal_verification",
    "sweep_store",
    "take_numbers",
    "use_paper",
    "withdraw_document",
    "withdraw_paper",
    "withdraw_verification",
]
