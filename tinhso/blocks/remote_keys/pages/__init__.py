"""Pages of remote keys: my keys and SIMs, and where a one-time code is sent."""

from django.urls import path

from tinhso.blocks.remote_keys.pages import keys, one_time_codes

app_name = "remote_keys"
urlpatterns = [
    path("signing/code/", one_time_codes.mailed_codes_page, name="code"),
    path("signing/keys/", keys.keys_page, name="keys"),
]
