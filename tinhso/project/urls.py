"""Every address of the system, listed by hand so that each can be found by grep."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
