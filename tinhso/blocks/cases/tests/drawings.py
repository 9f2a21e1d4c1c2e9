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


def _arrow(number: int, told: str) -> str:
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
