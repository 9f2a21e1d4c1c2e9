"""Every write of forms."""

from tinhso.blocks.forms.services.drafts import (
    Finished,
    FormPostResult,
    KeepFile,
    Opened,
    drop_draft,
    drop_expired,
    finish_draft,
    handle_form_post,
    open_draft,
    renew_draft,
    save_draft,
)
from tinhso.blocks.forms.services.loading import FormsLoaded, load_forms

__all__ = [
    "Finished",
    "KeepFile",
    "FormsLoaded",
    "Opened",
    "FormPostResult",
    "drop_draft",
    "drop_expired",
    "finish_draft",
    "load_forms",
    "open_draft",
    "renew_draft",
    "save_draft",
    "handle_form_post",
]
