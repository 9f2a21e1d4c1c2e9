"""Which registers there are, and the list of one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.registers import services
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import SavedFilter
from tinhso.blocks.registers.pages import params
from tinhso.blocks.registers.queries import finding, registry, showing
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field, query_param


@require_safe
@login_required
def registers_page(request: HttpRequest) -> HttpResponse:
    """The registers that one may look into."""
    by = actor_of(request)
    registers = registry.seen_by(by)
    if not registers:
        raise Forbidden("no_right", _("Bạn chưa được xem danh mục nào."))
    cards = [
        {"one": register, "title": registry.title(register), "about": registry.description(register)}
        for register in registers
    ]
    return render(request, "registers/index.html", {"cards": cards})


@require_safe
@login_required
def records_page(request: HttpRequest, code: str) -> HttpResponse:
    """The records of a register: narrowed, sorted, a page at a time."""
    register, by = params.register_to_see(request, code)
    record_filter = params.list_filter_of(register, request.GET)
    page = finding.record_page(register, record_filter, by, mark=query_param(request, "mark", 800))
    columns = registry.list_columns(register)
    mine = SavedFilter.objects.filter(register=register.code, owner=by.ref).order_by("name")
    context = {
        "register": register,
        "title": registry.title(register),
        "about": registry.description(register),
        "crumbs": [*params.register_crumbs(register)[:-1], {"label": registry.title(register)}],
        "page": page,
        "few": finding.FEW,
        "columns": [
            (register_column, _heading_sorting(register, register_column.name, record_filter))
            for register_column in columns
        ],
        "name_sorting": _heading_sorting(register, "name", record_filter),
        "lines": table_rows(register, columns, page.rows),
        "wanted": record_filter,
        "filters": _filter_fields(register, record_filter),
        "units": _unit_choices(register, by),
        "saved": [(saved_filter.name, f"?{saved_filter.query}") for saved_filter in mine],
        "query": query_without_page(request.GET).urlencode(),
        "may_change": by.can(register.change),
        "files": [
            (form, reverse("registers:export", args=[register.code, form])) for form in ("xlsx", "csv", "geojson")
        ],
    }
    return render(request, "registers/list.html", context)


def query_without_page(told: QueryDict) -> QueryDict:
    """An address's query without where one is in the list."""
    query = told.copy()
    for name in ("mark", "page"):
        query.pop(name, None)
    return query


def table_rows(
    register: Register, columns: tuple[registry.RegisterColumn, ...], rows: list[Any]
) -> list[dict[str, Any]]:
    """Rows of a table: the record and the words of its columns."""
    values = [showing.values_of(row, columns) for row in rows]
    words = showing.ValueWords(columns, values)
    return [
        {
            "one": entry,
            "cells": [
                (
                    column,
                    showing.MASK
                    if showing.is_masked(register, column.name)
                    else words.of(column, row_values[column.stored]),
                )
                for column in columns
            ],
        }
        for entry, row_values in zip(rows, values, strict=True)
    ]


def _heading_sorting(register: Register, name: str, record_filter: finding.RecordFilter) -> dict[str, Any] | None:
    """How a heading sorts: None where it does not."""
    if name != "name" and name not in register.sorts:
        return None
    now = record_filter.sort == name
    return {
        "sort": name,
        "now": now,
        "down": now and record_filter.down,
        "next": "1" if now and not record_filter.down else None,
    }


def _filter_fields(register: Register, record_filter: finding.RecordFilter) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": registry.column(register, name).label,
            "choices": finding.choices_of(register, name),
            "value": record_filter.facets.get(name, ""),
        }
        for name in register.filters
    ]


def _unit_choices(register: Register, by: Any) -> list[Any]:
    reached = None if register.see in by.everywhere else by.places(register.see)
    return [unit for unit in units.at(clock.today()) if reached is None or unit.pk in reached]


@require_POST
@login_required
def save_filter(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the filter at hand under a name, or let one go."""
    register, by = params.register_to_see(request, code)
    name, query = (
        posted_field(request, "name", 80),
        query_without_page(QueryDict(request.POST.get("query", "")[:1000])).urlencode(),
    )
    if request.POST.get("act") == "drop":
        perform_with_message(
            request, lambda: services.drop_filter(register=register, name=name, by=by), _("Đã bỏ bộ lọc.")
        )
        query = ""
    else:
        perform_with_message(
            request, lambda: services.keep_filter(register=register, name=name, query=query, by=by), _("Đã lưu bộ lọc.")
        )
    return redirect(reverse("registers:list", args=[register.code]) + (f"?{query}" if query else ""))


def list_address(register: Register, **query: str) -> str:
    """The list's address, narrowed."""
    return reverse("registers:list", args=[register.code]) + f"?{urlencode(query)}"
