"""What programs send is of the described form or is refused: nothing unknown, nothing taken for something else."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import Schema
from ninja.errors import ValidationError
from ninja.parser import Parser
from ninja.signature import ViewSignature
from pydantic import BeforeValidator, ConfigDict, ModelWrapValidatorHandler, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from tinhso.kernel.strict_json import read_json

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.IGNORECASE)


def _strict_day(value: Any) -> Any:
    """A day as RFC 3339 writes it (full-date): pydantic would take "0" for the first of January 1970."""
    if isinstance(value, str) and not DAY.fullmatch(value):
        raise PydanticCustomError("date_form", "a day is written like 2026-09-01")
    if isinstance(value, (int, float)):
        raise PydanticCustomError("date_form", "a day is written like 2026-09-01")
    return value


def _strict_moment(value: Any) -> Any:
    if isinstance(value, (int, float)) or (isinstance(value, str) and not MOMENT.fullmatch(value)):
        raise PydanticCustomError("datetime_form", "a moment is written like 2026-09-01T08:30:00+07:00")
    return value


def _yes_or_no(value: Any) -> Any:
    """true or false: pydantic would take "on", "y" and 1 as well."""
    if not isinstance(value, bool) and value not in ("true", "false"):
        raise PydanticCustomError("bool_form", "this is true or false")
    return value in (True, "true")


def _integer_of(value: Any) -> Any:
    """Digits alone: pydantic would take "1.0", "1_000" and true as well."""
    digits = isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value)
    if isinstance(value, bool) or not (isinstance(value, int) or digits):
        raise PydanticCustomError("int_form", "this is a whole number")
    return int(value)


Day = Annotated[date, BeforeValidator(_strict_day)]
Moment = Annotated[datetime, BeforeValidator(_strict_moment)]
Flag = Annotated[bool, BeforeValidator(_yes_or_no)]
Whole = Annotated[int, BeforeValidator(_integer_of)]


class StrictRequest(Schema):
    """What a program sends: an object of the fields that it describes, and no other."""

    model_config = ConfigDict(extra="forbid", from_attributes=False)

    @model_validator(mode="wrap")
    @classmethod
    def _run_root_validator(cls, values: Any, handler: ModelWrapValidatorHandler[Any], info: ValidationInfo) -> Any:
        # ninja's own reads attributes of whatever comes, so that a list would be an object without fields
        if not isinstance(values, (dict, cls)):
            raise PydanticCustomError("object_form", "this is an object")
        return handler(values)


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, no name twice in an object."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body; raises ValueError, which is answered with 400."""
        return read_json(request.body)

    def parse_querydict(self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest) -> Any:
        """The parameters; one that is sent twice though it is one value is refused with 422."""
        for name in data:
            if name not in list_fields and len(data.getlist(name)) > 1:
                raise _parameter_fault(name, "this is sent once")
        return super().parse_querydict(data, list_fields, request)


def _parameter_fault(name: str, words: str) -> ValidationError:
    return ValidationError([{"type": "parameter", "loc": ("query", name), "msg": words}])


def only_described(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that refuses with 422 parameters which it does not describe: a misspelt one would narrow nothing."""
    signature = ViewSignature("", view)
    described_names = {
        name
        for model in signature.models
        if getattr(model, "__ninja_param_source__", "") == "query"
        for name in getattr(model, "__ninja_flatten_map__", None) or model.model_fields
    }

    @wraps(view)
    def inner(request: HttpRequest, *places: Any, **values: Any) -> Any:
        match = request.resolver_match
        for name in sorted(set(request.GET) - (described_names - set(match.kwargs if match else ()))):
            raise _parameter_fault(name, "there is no such parameter")
        return view(request, *places, **values)

    return inner
