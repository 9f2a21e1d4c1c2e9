"""Commands about people: a new password for who forgot theirs, such as the last administrator; no more demo people."""

import argparse
import getpass
import sys

from tinhso.kernel.errors import Refused
from tinhso.project.cli.place import operator_actor


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add set-password and close-personas."""
    new = commands.add_parser("set-password", help="đặt mật khẩu mới cho một người dùng và mở chặn đăng nhập")
    new.add_argument("username", metavar="TÊN_ĐĂNG_NHẬP")
    new.add_argument("--generate", action="store_true", help="tạo mật khẩu tạm, in một lần; người dùng phải đổi ngay")
    new.set_defaults(run=set_password)
    close = commands.add_parser("close-personas", help="khóa tài khoản của mọi nhân vật minh họa, trước khi chạy thật")
    close.set_defaults(run=close_personas)


def set_password(arguments: argparse.Namespace) -> int:
    """Set the password typed (or read from standard input), or a made-up one; every session of the person ends."""
    from tinhso.blocks.identity import queries, services

    by, person = operator_actor(), queries.person_by_username(arguments.username)
    made_up = services.reset_password(person=person, by=by) if arguments.generate else ""
    if not made_up:
        services.set_password(person=person, password=_typed_password(), by=by)
    services.unlock_person(person=person, by=by)
    print(f"Đã đặt mật khẩu cho {person.name} ({person.username}); mọi phiên làm việc đã kết thúc.")
    if made_up:
        print(f"Mật khẩu tạm, phải đổi ở lần đăng nhập tới: {made_up}")
    return 0


def close_personas(_arguments: argparse.Namespace) -> int:
    """Close the accounts of the demo's people; a second time finds none."""
    from tinhso.blocks.identity import services

    count = services.close_personas(by=operator_actor())
    print(f"Đã khóa {count} tài khoản của nhân vật minh họa; phiên làm việc, mã truy cập của họ đã hết hiệu lực.")
    return 0


def _typed_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Mật khẩu mới: ")
    if getpass.getpass("Nhập lại: ") != password:
        raise Refused("passwords_differ", "Hai lần nhập không giống nhau.")
    return password
