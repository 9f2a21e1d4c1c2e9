"""Rights, who may see and do what, and finding tasks and directives by their references."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.programme.models import Directive, Task, Work
from tinhso.government.programme.rights import DO_TASKS, GIVE_DIRECTIVES, MANAGE_PROGRAMME, OVERSEE_TASKS, SEE_PROGRAMME
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused, gettext_noop

RIGHTS = (SEE_PROGRAMME, MANAGE_PROGRAMME, GIVE_DIRECTIVES, DO_TASKS, OVERSEE_TASKS)
OPEN_TASKS = (Task.State.PLANNED, Task.State.DOING, Task.State.RETURNED, Task.State.REPORTED)
TO_DO = (Task.State.PLANNED, Task.State.DOING, Task.State.RETURNED)
OPEN_DIRECTIVES = (Directive.State.OPEN, Directive.State.ANSWERED)


def visible_tasks(by: Actor) -> QuerySet[Task]:
    """Tasks that somebody may see: at units they reach, also as partners, and those that they gave or own."""
    tasks = Task.objects.select_related("unit", "plan")
    if SEE_PROGRAMME in by.everywhere:
        return tasks
    return tasks.filter(
        _reachable_work(by) | Q(pk__in=Task.objects.filter(partners__unit__in=by.places(SEE_PROGRAMME)).values("pk"))
    )


def visible_directives(by: Actor) -> QuerySet[Directive]:
    """Directives that somebody may see: at units they reach, and those that they gave or own."""
    directives = Directive.objects.select_related("unit")
    return directives if SEE_PROGRAMME in by.everywhere else directives.filter(_reachable_work(by))


def _reachable_work(by: Actor) -> Q:
    return Q(unit__in=by.places(SEE_PROGRAMME)) | Q(giver=by.ref) | Q(owner=by.ref)


def visible_task(ref: str, by: Actor) -> Task:
    """One task that ``by`` may see."""
    task = visible_tasks(by).filter(ref=ref[:24]).first()
    if task is None:
        raise _refusal_of_work(Task.objects.filter(ref=ref[:24]).exists(), ref)
    return task


def visible_directive(ref: str, by: Actor) -> Directive:
    """One directive that ``by`` may see."""
    directive = visible_directives(by).filter(ref=ref[:24]).first()
    if directive is None:
        raise _refusal_of_work(Directive.objects.filter(ref=ref[:24]).exists(), ref)
    return directive


def _refusal_of_work(exists: bool, ref: str) -> Refused:
    if exists:
        return Forbidden("no_right", gettext_noop("Việc này không thuộc đơn vị của bạn."))
    return Refused("unknown_work", gettext_noop("Không có nhiệm vụ hay chỉ đạo nào có mã “%(ref)s”."), ref=ref[:24])


def locked_task(ref: str) -> Task:
    """One task, held until the transaction ends."""
    task = Task.objects.select_for_update(of=("self",)).select_related("unit").filter(ref=ref[:24]).first()
    if task is None:
        raise Refused("unknown_work", gettext_noop("Không có nhiệm vụ hay chỉ đạo nào có mã “%(ref)s”."), ref=ref[:24])
    return task


def locked_directive(ref: str) -> Directive:
    """One directive, held until the transaction ends."""
    directive = Directive.objects.select_for_update(of=("self",)).select_related("unit").filter(ref=ref[:24]).first()
    if directive is None:
        raise Refused("unknown_work", gettext_noop("Không có nhiệm vụ hay chỉ đạo nào có mã “%(ref)s”."), ref=ref[:24])
    return directive


def must_do(work: Work, by: Actor) -> None:
    """Refuse unless ``by`` does tasks at the unit that has it, today: who left it answers no more."""
    by.must_be_able_to(DO_TASKS, at=work.unit)


def may_do(work: Work, by: Actor) -> bool:
    """Whether ``by`` may report on it or answer it."""
    return by.can(DO_TASKS, at=work.unit)


def must_steer(work: Work, by: Actor) -> None:
    """Refuse unless ``by`` gave it, or holds the right over the unit from above it."""
    if not may_steer(work, by):
        raise Forbidden("no_right", gettext_noop("Chỉ người giao, hoặc cấp trên của đơn vị, làm được việc này."))


def may_steer(work: Work, by: Actor) -> bool:
    """Whether ``by`` may accept, ask again, extend, close: nobody does so with their own unit's work."""
    return work.giver == by.ref or by.can(steering_right(work), at=work.unit.parent or work.unit)


def steering_right(work: Work) -> str:
    """The right of those who steer this kind of work."""
    return GIVE_DIRECTIVES if isinstance(work, Directive) else MANAGE_PROGRAMME


def receiving_units(day: date) -> list[Unit]:
    """Units that may be given work on ``day``: agencies first, then communes."""
    receivers = units.at(day).filter(level__in=[Level.AGENCY, Level.PROVINCE, Level.COMMUNE])
    return list(receivers.order_by("-level", "sort_key"))


def receiving_unit(ref: str, day: date) -> Unit:
    """One of them; refuses another."""
    levels = [Level.AGENCY, Level.PROVINCE, Level.COMMUNE]
    unit = units.at(day).filter(ref=ref[:40], level__in=levels).first()
    if unit is None:
        raise Refused("unknown_unit", gettext_noop("Không có đơn vị nào có mã “%(ref)s”."), ref=ref[:40])
    return unit


def open_directives_about(things: Sequence[tuple[str, str]], by: Actor) -> QuerySet[Directive]:
    """Directives about some things, each its kind and reference, that ``by`` may see and that are not over."""
    is_about = Q(pk__in=[])
    for kind, ref in things:
        is_about |= Q(about_kind=kind, about_ref=ref)
    return visible_directives(by).filter(is_about, state__in=OPEN_DIRECTIVES)


def doers_by_unit(day: date) -> dict[int, list[tuple[str, str]]]:
    """People who do tasks by the unit where they are posted: reference, name with title."""
    doers: dict[int, list[tuple[str, str]]] = {}
    posts = (
        identity.posts_on(day)
        .filter(role__rights__contains=[DO_TASKS], person__is_active=True)
        .select_related("person")
    )
    for post in posts.order_by("person__name", "pk"):
        name = f"{post.person.name}, {post.title}" if post.title else post.person.name
        people = doers.setdefault(post.unit_id, [])
        if post.person.ref not in {ref for ref, _name in people}:
            people.append((post.person.ref, name))
    return doers


def owner_at(unit: Unit, ref: str, day: date) -> tuple[str, str]:
    """A person who does tasks at ``unit``: reference and name; empty ones for nobody. Refuses anybody else."""
    if not ref:
        return "", ""
    posts = identity.posts_on(day).filter(unit=unit, role__rights__contains=[DO_TASKS], person__ref=ref[:40])
    post = posts.filter(person__is_active=True).select_related("person").first()
    if post is None:
        raise Refused("unknown_owner", gettext_noop("Người này không nhận việc ở đơn vị đã chọn. Hãy chọn lại."))
    return post.person.ref, post.person.name


def doers_of(unit: Unit, ref: str) -> bool:
    """Whether the person does tasks at ``unit`` today."""
    return any(person.ref == ref for person in identity.holders_of_rights(DO_TASKS, at=unit, here_only=True))
