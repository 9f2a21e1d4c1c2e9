"""``python -m bench.processes``: a case's whole way, kept and restored at every step, beside bare SpiffWorkflow.

Bare: SpiffWorkflow's own serializer, which keeps the drawing in every case. Needs no database.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
SECONDS = 4.0


def main() -> None:
    """Print cycles a second and milliseconds a step of both, in turns, and how large what is kept is."""
    import django

    django.setup()
    from tinhso.blocks.bpmn.contract import registered_runner

    plain = registered_runner().drawing.encode()
    ours, bare = _ours(plain), _bare(plain)
    for name, cycle in (("ours", ours), ("bare SpiffWorkflow", bare)) * 2:
        steps, size = cycle()
        times = _times(cycle)
        middle, p95 = statistics.median(times), sorted(times)[int(0.95 * len(times))]
        print(
            f"{name}: {1 / middle:.0f} cycles/s, {1000 * middle / steps:.2f} ms a step (p95 {1000 * p95 / steps:.2f}), "
            f"{size / 1000:.1f} kB kept"
        )


def _times(act: Callable[[], object]) -> list[float]:
    times, until = [], time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return times


def _ours(bpmn: bytes) -> Callable[[], tuple[int, int]]:
    from tinhso.blocks.bpmn.queries.engine import Clock, Course
    from tinhso.blocks.bpmn.queries.reading import read_process
    from tinhso.kernel import clock

    at = Clock(clock.now(), lambda since, span: since + timedelta(hours=span.amount))

    def cycle() -> tuple[int, int]:
        drawn, steps = read_process(bpmn), 0
        kept = json.dumps(Course.begun(drawn, {}, at).state())
        while not (course := Course.restored(drawn, json.loads(kept), {}, at)).finished:
            course.complete(course.waiting()[0].token)
            kept, steps = json.dumps(course.state()), steps + 1
        return steps, len(kept)

    return cycle


def _bare(bpmn: bytes) -> Callable[[], tuple[int, int]]:
    from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
    from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_io(BytesIO(bpmn))
    spec, serializer = parser.get_spec("mac-dinh"), BpmnWorkflowSerializer()

    def cycle() -> tuple[int, int]:
        workflow, steps = BpmnWorkflow(spec), 0
        workflow.do_engine_steps()
        kept = serializer.serialize_json(workflow)
        while not (workflow := serializer.deserialize_json(kept)).completed:
            workflow.get_next_task(state=TaskState.READY, manual=True).run()
            workflow.do_engine_steps()
            kept, steps = serializer.serialize_json(workflow), steps + 1
        return steps, len(kept)

    return cycle


if __name__ == "__main__":
    main()
