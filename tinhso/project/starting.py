"""What must be so before pages are served: said in a sentence at the start, not with an error on every page."""

from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.checks import Error

from tinhso.blocks.identity.apps import production_is_safe
from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import faults_of_folder


def must_be_safe() -> None:
    """Refuse settings with which nobody's data would be safe; all that is wrong is named."""
    if faults := production_is_safe():
        raise Refused(
            "unsafe_settings", "Không khởi động: %(faults)s.", faults="; ".join(fault.msg for fault in faults)
        )


def must_have_front_end() -> None:
    """Refuse to serve pages whose scripts and styles were never built."""
    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    if not manifest.is_file():
        words = "Chưa có giao diện đã dựng (%(path)s). Chạy “make setup” trong thư mục mã nguồn rồi khởi động lại."
        raise Refused("no_front_end", words, path=str(manifest))


def province_is_right(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """Every fault of every declared file of the province's folder."""
    import_module(settings.ROOT_URLCONF)  # pages bring the declarations with them
    return [Error(fault, id="tinhso.E007") for fault in faults_of_folder(Path(settings.PROVINCE_DIR))]


def must_have_a_right_province() -> None:
    """Refuse to serve or load a province whose files are wrong; all that is wrong is named. Sets Django up."""
    django.setup()  # those who start servers and workers have not yet
    if wrong := province_is_right():
        raise Refused("bad_province", "%(faults)s", faults="\n".join(str(fault.msg) for fault in wrong))
