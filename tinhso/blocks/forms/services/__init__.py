"""Every write of forms."""

from tinhso.blocks.forms.services.drafts import (
    Finished,
    KeepFile,
    Opened,
    Taken,
    drop_draft,
    drop_expired,
    finish_draft,
    open_draft,
    renew_draft,
    save_draft,
    take,
)
from tinhso.blocks.forms.services.loading import Loaded, load_forms

__all__ = [
    "Finished",
    "KeepFile",
    "Loaded",
    "Opened",
    "Taken",
    "drop_draft",
    "drop_expired",
    "finish_draft",
    "load_forms",
    "open_draft",
    "renew_draft",
    "save_draft",
    "take",
]
