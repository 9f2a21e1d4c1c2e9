"""Log-in, one's own account, people and their posts.

``urlpatterns`` goes under ``accounts/`` with its namespace; ``library_urls`` beside it without one, since the log-in
library looks its own names up. Nothing of the library is open that is not listed here.
"""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from tinhso.blocks.identity.pages import entrance, own, people

app_name = "identity"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", own.account_page, name="account"),
    path("demo/", entrance.demo_login_page, name="demo"),
    path("sessions/", own.sessions_page, name="sessions"),
    path("sessions/<int:session_id>/end/", own.end_session, name="end_session"),
    path("tokens/", own.tokens_page, name="tokens"),
    path("tokens/<str:ref>/revoke/", own.revoke_token, name="revoke_token"),
    path("people/", people.people_page, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<str:ref>/", people.person_page, name="person"),
    path("people/<str:ref>/appoint/", people.appoint_person, name="appoint"),
    path("people/<str:ref>/open/", people.open_or_close, name="open_or_close"),
    path("people/<str:ref>/password/", people.reset_password, name="reset_password"),
    path("people/<str:ref>/unlock/", people.unlock_person, name="unlock"),
    path("posts/<int:pk>/end/", people.end_post, name="end_post"),
]

library_urls: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", entrance.no_sign_up, name="account_signup"),
    path("password/reset/", entrance.no_reset, name="account_reset_password"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
    path("outside/", include("allauth.socialaccount.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
