"""Addresses for the tests of the header."""

from django.urls import path

from tinhso.ui import views

urlpatterns = [
    path("styleguide/", views.styleguide_page, name="styleguide"),
    path("secret/", views.styleguide_page, name="secret"),
]
