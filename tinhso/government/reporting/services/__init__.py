"""Every write of reporting."""

from tinhso.government.reporting.services.data_sets import LoadedDataSets, load_data_sets
from tinhso.government.reporting.services.history import PastReturn, load_history
from tinhso.government.reporting.services.opening import open_due_returns, open_returns
from tinhso.government.reporting.services.returns import (
    approve,
    delegate,
    may_fill_in,
    publish,
    revise,
    save_draft,
    send_back,
    submit,
)
from tinhso.government.reporting.services.uploads import (
    UploadOutcome,
    confirm_upload,
    drop_expired_uploads,
    hold_upload,
)
from tinhso.government.reporting.services.value_import import Returns, put_values
from tinhso.government.reporting.services.values import RowEntry

__all__ = [
    "RowEntry",
    "UploadOutcome",
    "LoadedDataSets",
    "PastReturn",
    "Returns",
    "approve",
    "confirm_upload",
    "delegate",
    "drop_expired_uploads",
    "hold_upload",
    "load_data_sets",
    "load_history",
    "may_fill_in",
    "open_due_returns",
    "open_returns",
    "publish",
    "put_values",
    "revise",
    "save_draft",
    "send_back",
    "submit",
]
