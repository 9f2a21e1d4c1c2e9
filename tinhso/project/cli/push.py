"""The command that shows or renews the key by which push services know this system."""

import argparse

from tinhso.kernel import clock
from tinhso.project.cli.place import operator_actor


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add push-key."""
    key = commands.add_parser("push-key", help="xem (hoặc đổi) khóa gửi thông báo đến thiết bị")
    key.add_argument("--renew", action="store_true", help="tạo khóa mới; mọi người phải bật lại thông báo")
    key.set_defaults(run=show_key)


def show_key(arguments: argparse.Namespace) -> int:
    """Print the public key and since when it is in use; the private one never leaves the database."""
    from tinhso.blocks.messaging import services

    now = clock.now()
    key = services.renew_push_key(by=operator_actor(), now=now) if arguments.renew else services.push_key(now=now)
    print(f"Khóa công khai (VAPID): {key.public}\nDùng từ: {clock.local(key.made_at):%H:%M %d/%m/%Y}")
    return 0
