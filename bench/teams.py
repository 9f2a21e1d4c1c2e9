"""``TINHSO_VAR=… python -m bench.teams``: forms of visits beside their bare statements, and what teams' pages cost.

On a loaded demo, one process, one connection. The floor is what one form writes (form, visit, audit, event), sent
again as the same INSERTs with the same indexes, checks and triggers: no XML, no judging, no rights, nothing of ours.
Everything is taken back at the end.
"""

import json
import os
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

FORMS, TIMES, WARM = 300, 40, 5
FORM = """<data xmlns:orx="http://openrosa.org/xforms" id="community_visit" version="{version}"><team>{team}</team>
<day>{day}</day><kind>home</kind><people>4</people><topics>dvc vneid</topics><done_by_self>3</done_by_self>
<place>10.2345 106.3751 0 5</place><has_difficulty>no</has_difficulty>
<orx:meta><orx:instanceID>uuid:{instance}</orx:instanceID></orx:meta></data>"""
PAGES = {
    "home": "/community/",
    "a team": "/community/teams/{team}/",
    "visits": "/community/visits/",
    "visits of a month in a commune": "/community/visits/?month={month}&unit={unit}",
    "difficulties": "/community/difficulties/?tray=all",
    "reports of a month": "/community/reports/?month={month}",
    "my team, on a phone": "/community/mine/",
    "the form, on a phone": "/surveys/community_visit/",
}
LEADER, MEMBER = "kinh-te-so", "to-an-hoi"


def main() -> None:
    """Measure and print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    import django

    django.setup()
    from tinhso.project.cli.place import open_database

    load = os.getloadavg()
    with open_database():
        found = {"load": load, "forms": _forms(), "pages": _pages()}
    print(json.dumps(found | {"load after": os.getloadavg()}, indent=1, ensure_ascii=False))


def _spent(act: Callable[[], object], times: int) -> dict[str, float]:
    spent = []
    for _ in range(times + WARM):
        began = time.perf_counter()
        act()
        spent.append((time.perf_counter() - began) * 1000)
    spent = sorted(spent[WARM:])
    return {"p50 ms": round(spent[len(spent) // 2], 1), "p95 ms": round(spent[int(len(spent) * 0.95)], 1)}


def _forms() -> dict[str, Any]:
    """Forms taken one after another, and their statements alone; each in a transaction that is taken back."""
    from django.db import connection, transaction

    take = _taker()

    def back(act: Callable[[], object]) -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    ours = _spent(lambda: back(take), FORMS)
    statements = _statements(take)

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)

    floor = _spent(lambda: back(bare), FORMS)
    return {
        "ours": ours,
        "statements alone": floor,
        "ratio": round(ours["p50 ms"] / floor["p50 ms"], 2),
        "a second": round(1000 / ours["p50 ms"]),
    }


def _taker() -> Callable[[], object]:
    from tinhso.blocks.identity import queries as identity
    from tinhso.blocks.surveys import queries, services
    from tinhso.kernel import clock
    from tinhso.society.community_teams.queries import lookup

    by = identity.actor_for(identity.person_by_username(MEMBER))
    version, (team, *_more) = queries.current_version("community_visit"), lookup.teams_of_member(by)
    assert version is not None, "load the demo first"

    def take() -> object:
        told = {"version": version.version, "team": team.ref, "day": clock.today(), "instance": uuid.uuid4()}
        xml = FORM.format(**told).encode()
        return services.take_form(survey="community_visit", xml=xml, files={}, by=by, now=clock.now())

    return take


def _statements(take: Callable[[], object]) -> list[str]:
    """What one form writes, as it was sent to the database."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            take()
        transaction.set_rollback(True)
    written = [one["sql"] for one in asked if re.match(r"\s*(INSERT|UPDATE)", one["sql"])]
    return [sql.replace("%", "%%") for sql in written]


class _Counter:
    """Counts statements, also where a request forgets what was asked before it."""

    asked = 0

    def __call__(self, run: Callable[..., Any], *told: Any) -> Any:
        self.asked += 1
        return run(*told)


def _pages() -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from tinhso.blocks.identity.models import Person
    from tinhso.kernel import clock
    from tinhso.society.community_teams.models import Team
    from tinhso.society.community_teams.queries import month

    team = Team.objects.filter(ended_on=None, tier="hamlet").select_related("unit").order_by("pk")[0]
    told = {"team": team.ref, "unit": team.unit.ref, "month": month.month_before(clock.today())}
    found = {}
    for name, address in PAGES.items():
        client = Client()
        who = MEMBER if "phone" in name else LEADER
        client.force_login(Person.objects.get(username=who), settings.AUTHENTICATION_BACKENDS[-1])
        filled = address.format(**told)
        counter = _Counter()
        with connection.execute_wrapper(counter):
            answer = client.get(filled)
        assert answer.status_code == 200, (filled, answer.status_code)
        cost = _spent(lambda client=client, filled=filled: client.get(filled), TIMES)  # type: ignore[misc]
        found[name] = cost | {"statements": counter.asked, "KB": round(len(answer.content) / 1024, 1)}
    return found


if __name__ == "__main__":
    main()
