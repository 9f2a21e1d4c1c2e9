"""The command that sets up what the checks published by GovStack take for granted, where data are illustrative."""

import argparse
import json
from datetime import timedelta
from pathlib import Path

from tinhso.government.public_services.rights import FILE_CASES
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.project.cli.place import operator_actor

CLIENT = "eGovStack/GOV/90000009/eregistrations-dev"


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add govstack-seed."""
    seed = commands.add_parser("govstack-seed", help="nạp dữ liệu thử của GovStack Registration (chỉ bản minh họa)")
    seed.add_argument("file", type=Path, metavar="TỆP", help="test-data.json của bb-registration")
    seed.add_argument("--by", required=True, metavar="TÊN_ĐĂNG_NHẬP", help=f"chủ mã truy cập, có quyền “{FILE_CASES}”")
    seed.add_argument("--agency", default="", metavar="MÃ", help="cơ quan giải quyết; mặc định: cơ quan đầu tiên")
    seed.set_defaults(run=seed_govstack)


def seed_govstack(arguments: argparse.Namespace) -> int:
    """Set all of it up or nothing, and print the token to which the applications belong, once."""
    from django.db import transaction

    from tinhso.blocks.identity import queries as identity
    from tinhso.blocks.identity import services as people
    from tinhso.blocks.units import queries as units
    from tinhso.blocks.units.models import Level
    from tinhso.government.public_services import services

    now = clock.now()
    try:
        seed_values = json.loads(arguments.file.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise Refused("bad_file", "Tệp không phải JSON: %(why)s.", why=str(problem)[:120]) from problem
    places = units.at(clock.local(now).date()).filter(level=Level.AGENCY).exclude(code="").order_by("code")
    agency = (places.filter(code=arguments.agency) if arguments.agency else places).first()
    if agency is None:
        raise Refused("no_agency", "Không có cơ quan mang mã “%(code)s”.", code=arguments.agency)
    person = identity.person_by_username(arguments.by)
    with transaction.atomic():
        _token, secret = people.make_token(
            person=person,
            name="GovStack",
            rights=[FILE_CASES],
            expires_at=now + timedelta(days=30),
            by=identity.actor_for(person),
            now=now,
        )
        program = identity.actor_of_token(secret, address="", now=now)
        done = services.seed_test_data(
            given=seed_values, agency=agency, client=CLIENT, keeper=operator_actor(), by=program, now=now
        )
    print(f"Đã nạp {done.services} dịch vụ, {done.applications} hồ sơ.")
    print(f"Mã truy cập (in một lần, dùng 30 ngày): {secret}")
    return 0
