"""Small drawings for tests, written as one writes them down: elements, then arrows."""

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:t="urn:tinhso:bpmn:1"><process id="thu" name="Thử">'
)
TAIL = "</process></definitions>"
START, END = '<startEvent id="start"/>', '<endEvent id="end"/>'


def drawing(elements: str, *arrows: str, start: bool = True) -> bytes:
    """A file of ``elements`` and arrows told as ``"a>b"``, ``"a>b: name"`` or ``"a>b? condition"``."""
    flows = "".join(_arrow(number, told) for number, told in enumerate(arrows))
    return (HEAD + (START + END if start else "") + elements + flows + TAIL).encode()


def _arrow(number: int | str, told: str) -> str:
    ends, _mark, condition = told.partition("? ")
    ends, _mark, name = ends.partition(": ")
    source, _mark, target = ends.partition(">")
    escaped = condition.replace("&", "&amp;").replace("<", "&lt;")
    inner = f"<conditionExpression>{escaped}</conditionExpression>" if condition else ""
    return (
        f'<sequenceFlow id="f{number}" name="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
    )


def step(ref: str, right: str = "process cases", **ours: str) -> str:
    """A user task."""
    told = "".join(f' t:{name}="{value}"' for name, value in ours.items())
    return f'<userTask id="{ref}" name="Bước {ref}" t:right="{right}"{told}/>'


def gate(ref: str, kind: str = "exclusive", default: str = "") -> str:
    """A gateway."""
    return f'<{kind}Gateway id="{ref}"' + (f' default="{default}"' if default else "") + "/>"


def alarm(ref: str, on: str, span: str, *, interrupting: bool = False) -> str:
    """A timer at the border of a step."""
    stops = str(interrupting).lower()
    inner = f"<timerEventDefinition><timeDuration>{span}</timeDuration></timerEventDefinition>"
    return f'<boundaryEvent id="{ref}" attachedToRef="{on}" cancelActivity="{stops}">{inner}</boundaryEvent>'


def wait(ref: str, span: str) -> str:
    """A timer between steps."""
    inner = f"<timerEventDefinition><timeDuration>{span}</timeDuration></timerEventDefinition>"
    return f'<intermediateCatchEvent id="{ref}">{inner}</intermediateCatchEvent>'


def event(ref: str, what: str = "message", name: str = "", *, on: str = "", interrupting: bool = True) -> str:
    """Something that is waited for, between steps or at the border of the element ``on``."""
    inner = f"<{what}EventDefinition/>"
    if not on:
        return f'<intermediateCatchEvent id="{ref}" name="{name}">{inner}</intermediateCatchEvent>'
    stops = str(interrupting).lower()
    return (
        f'<boundaryEvent id="{ref}" name="{name}" attachedToRef="{on}" cancelActivity="{stops}">{inner}</boundaryEvent>'
    )


def inside(ref: str, elements: str, *arrows: str, attributes: str = "", begins: str = "") -> str:
    """A process inside an element, with a start ``ref`` + "_in" and an end ``ref`` + "_out"."""
    start = f'<startEvent id="{ref}_in">{begins}</startEvent>'
    flows = "".join(_arrow(f"{ref}_{number}", told) for number, told in enumerate(arrows))
    ends = start + f'<endEvent id="{ref}_out"/>'
    return f'<subProcess id="{ref}" name="Khối {ref}" {attributes}>{ends}{elements}{flows}</subProcess>'
