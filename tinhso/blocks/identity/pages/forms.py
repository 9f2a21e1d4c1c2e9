"""The log-in library's forms in Vietnamese, and our own."""

from datetime import datetime
from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Person
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.rights import labels_of_rights, rights_never_of_programs

LABELS = {
    "login": _("Tên đăng nhập"),
    "password": _("Mật khẩu"),
    "oldpassword": _("Mật khẩu hiện tại"),
    "password1": _("Mật khẩu mới"),
    "password2": _("Nhập lại mật khẩu mới"),
    "code": _("Mã xác thực"),
    "name": _("Tên gợi nhớ"),
    "passwordless": _("Dùng khóa này thay cho mật khẩu"),
}
HELP = {
    "password1": _("Ít nhất 14 ký tự, hoặc 8 ký tự khi đã bật xác thực hai lớp."),
    "passwordless": _("Thiết bị sẽ hỏi vân tay, khuôn mặt hoặc mã PIN mỗi lần đăng nhập."),
    "code": _("Sáu chữ số trên ứng dụng xác thực, hoặc một mã dự phòng."),
}


class Spoken:
    """Gives a library's form its Vietnamese labels."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, item in self.fields.items():
            item.label = LABELS.get(name, item.label)
            item.help_text = HELP.get(name, "")
            item.widget.attrs.pop("placeholder", None)


class LogIn(Spoken, account.LoginForm):  # type: ignore[misc]
    """Name and password."""


class Reauthenticate(Spoken, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""


class ChangePassword(Spoken, account.ChangePasswordForm):  # type: ignore[misc]
    """From the old password to a new one."""

    def clean_oldpassword(self) -> str:
        """The present password; wrong ones count like failed log-ins, or an open session would let it be guessed."""
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class SetPassword(Spoken, account.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class CountedCodeForm:
    """A form for the code of a second factor: wrong ones count against the person, and none serves twice."""

    user: Person
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code, if it is right and unused. Raises Refused where there were too many wrong ones."""
        request, now = context.request, clock.now()
        by = Actor(ref=self.user.ref, name=self.user.name, address=queries.address_of(request))
        with services.trying_code(person=self.user, by=by, now=now):
            code: str = super().clean_code()  # type: ignore[misc]
            if self.authenticator.type == Authenticator.Type.TOTP:
                self._spend(code, now)
        return code

    def _spend(self, code: str, now: datetime) -> None:
        step = queries.one_time_step(self.user, code, now=now, ahead=1)
        if step is None or not services.spend_step(person=self.user, step=step):
            raise ValidationError(_("Mã này đã dùng. Hãy chờ mã mới trên ứng dụng."), code="used_code")


class Authenticate(CountedCodeForm, Spoken, second_factor.AuthenticateForm):  # type: ignore[misc]
    """The code of an app, or a recovery code."""


class AuthenticateAgain(CountedCodeForm, Spoken, second_factor.ReauthenticateForm):  # type: ignore[misc]
    """The code once more."""


class ActivateTotp(Spoken, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Sáu chữ số mà ứng dụng vừa hiện.")


class AddPasskey(Spoken, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""


class RenamePasskey(Spoken, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""


class NewToken(forms.Form):
    """A program's access: name, rights among one's own, last day."""

    name = forms.CharField(label=_("Tên chương trình"), max_length=120)
    rights = forms.MultipleChoiceField(label=_("Quyền giao cho chương trình"), widget=forms.CheckboxSelectMultiple)
    last_day = forms.DateField(label=_("Dùng đến hết ngày"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rights"].choices = [  # type: ignore[attr-defined]
            (right, words)
            for right, words in labels_of_rights().items()
            if actor.can(right) and right not in rights_never_of_programs()
        ]


class NewPerson(forms.Form):
    """A new official."""

    username = forms.CharField(label=_("Tên đăng nhập"), max_length=150)
    name = forms.CharField(label=_("Họ và tên"), max_length=150)
    email = forms.EmailField(label=_("Thư điện tử"), required=False)
    password = forms.CharField(
        label=_("Mật khẩu ban đầu"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class NewPost(forms.Form):
    """A post for somebody."""

    role = forms.ChoiceField(label=_("Vai trò"))
    unit = forms.CharField(label=_("Mã tham chiếu của đơn vị"), max_length=40)
    title = forms.CharField(label=_("Chức danh"), max_length=150, required=False)
    since = forms.DateField(label=_("Giữ từ ngày"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.code, role.name) for role in queries.all_roles()]  # type: ignore[attr-defined]
