"""Where cases stand on their processes: the drawing that each follows, its timers, its picture."""

from datetime import date

from tinhso.blocks.bpmn.queries import catalogue
from tinhso.blocks.bpmn.queries.engine import passed_elements
from tinhso.blocks.bpmn.queries.presentation import ProcessPicture, Progress, picture_of_instance
from tinhso.blocks.bpmn.queries.shapes import ProcessGraph
from tinhso.blocks.cases.models import Case, CaseProcess, Task
from tinhso.kernel import clock


def of_case(case: Case) -> CaseProcess | None:
    """Where a case stands; None before its first step, and for those that came without a process."""
    return CaseProcess.objects.filter(case=case).select_related("version__process").first()


def drawn_for(case_process: CaseProcess) -> ProcessGraph:
    """The process that a case follows, with what it called when the case began."""
    return catalogue.graph_of_version(case_process.version, case_process.state.get("calls", {}))


def others_wait(drawing: ProcessGraph, task: Task) -> bool:
    """Whether other steps of the case wait as well; what may happen at the border of one is none."""
    others = task.case.tasks.filter(done_at=None).exclude(pk=task.pk).values_list("key", flat=True)
    process_nodes = [drawing.nodes.get(key.partition("#")[0]) for key in others]
    return any(node is None or not node.attached_to for node in process_nodes)


def due_timers(now: object) -> list[str]:
    """Codes of cases with a timer that may have ended."""
    case_processes = CaseProcess.objects.filter(wakes_at__lte=now).order_by("wakes_at")
    return list(case_processes.values_list("case__code", flat=True)[:500])


def picture_of(case: Case, day: date | None = None) -> ProcessPicture | None:
    """The process of one case, with its present steps lit; None for one that has not begun.

    Departments are named as they are on ``day``, today where none is told.
    """
    case_process = of_case(case)
    if case_process is None:
        return None
    steps = {task.key.partition("#")[0]: _progress(task) for task in case.tasks.order_by("number")}
    drawn, passed = drawn_for(case_process), passed_elements(case_process.state)
    return picture_of_instance(case_process.version, drawn, steps, passed, day or clock.today())


def _progress(task: Task) -> Progress:
    if task.done_at is None:
        return Progress(is_open=True, due_at=task.due_at)
    return Progress(done_by=task.done_by_name)
