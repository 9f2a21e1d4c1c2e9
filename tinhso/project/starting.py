"""What must be so before pages are served: said in a sentence at the start, not with an error on every page."""

from pathlib import Path

from django.conf import settings

from tinhso.blocks.identity.apps import production_is_safe
from tinhso.kernel.errors import Refused


def must_be_safe() -> None:
    """Refuse settings with which nobody's data would be safe; all that is wrong is named."""
    if faults := production_is_safe():
        raise Refused("unsafe_settings", "Không khởi động: %(faults)s.", faults="; ".join(one.msg for one in faults))


def must_have_front_end() -> None:
    """Refuse to serve pages whose scripts and styles were never built."""
    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    if not manifest.is_file():
        words = "Chưa có giao diện đã dựng (%(path)s). Chạy “make setup” trong thư mục mã nguồn rồi khởi động lại."
        raise Refused("no_front_end", words, path=str(manifest))
