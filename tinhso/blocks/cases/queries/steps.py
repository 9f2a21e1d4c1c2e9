"""Which steps there are."""

from tinhso.blocks.cases.models import Task
from tinhso.blocks.cases.queries.rules import rules

RECEPTION, HANDING_OUT = "tiep-nhan", "tra-ket-qua"


def is_last(task: Task) -> bool:
    """Whether the dossier is finished when this step is done, as far as that can be said beforehand."""
    return task.key == rules().steps[-1].key
