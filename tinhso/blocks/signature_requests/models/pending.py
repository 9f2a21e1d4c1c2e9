"""Signatures that somebody lets on another device: everything that finishing them needs, until they are finished."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.signature_requests.models.requests import Request, Turn


class PendingSignature(models.Model):
    """A turn that its person has begun to sign elsewhere: the prepared PDF waits for its signature.

    ``way`` is asked by ``asked`` (empty while it is being asked) what became of it. ``seen`` is the hash of the bytes
    that were looked at, ``at`` the moment that the signature claims; ``content``, ``digest``, ``start``, ``end`` and
    ``data`` are the prepared PDF, which goes away at the end. ``why`` says why it ended without a signature.
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    request = models.ForeignKey(Request, models.PROTECT, related_name="pending")
    turn = models.ForeignKey(Turn, models.PROTECT, related_name="pending")
    by = models.CharField(_("người ký"), max_length=80, db_index=True)
    way = models.CharField(_("cách ký"), max_length=40)
    asked = models.CharField(_("mã ở cách ký"), max_length=80, blank=True)
    key = models.CharField(_("nơi giữ khóa"), max_length=20)
    certificate = models.BinaryField(_("chứng thư"))
    chain = models.JSONField(_("chứng thư nơi cấp"), default=list)
    seen = models.CharField(_("mã băm của bản đã xem"), max_length=64)
    level = models.CharField(_("mức"), max_length=5)
    content = models.BinaryField(_("bản chờ chữ ký"))
    digest = models.BinaryField(_("mã băm được ký"))
    start = models.PositiveIntegerField(_("chỗ chữ ký bắt đầu"))
    end = models.PositiveIntegerField(_("chỗ chữ ký kết thúc"))
    data = models.BinaryField(_("điều khóa ký"))
    at = models.DateTimeField(_("bắt đầu lúc"))
    until = models.DateTimeField(_("chờ đến"))
    ended_at = models.DateTimeField(_("xong lúc"), null=True)
    why = models.CharField(_("vì sao không ký được"), max_length=40, blank=True)
    words = models.CharField(_("lời giải thích"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("chữ ký đang chờ")
        verbose_name_plural = _("chữ ký đang chờ")
        constraints = [
            models.UniqueConstraint(
                fields=["turn", "by"], name="signature_requests_pending_once", condition=models.Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="signature_requests_pending_waits_whole",
                condition=models.Q(ended_at=None, why="") & ~models.Q(content=b"")
                | models.Q(ended_at__isnull=False, content=b""),
            ),
        ]

    def __str__(self) -> str:
        return self.ref
