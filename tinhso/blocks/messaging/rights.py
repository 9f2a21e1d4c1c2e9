"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_CHANNELS = register_right("see channels", _("Xem các cuộc nói chuyện trên Zalo, Messenger, thư"))
ANSWER_CHANNELS = register_right("answer channels", _("Trả lời trên Zalo, Messenger, thư"))
