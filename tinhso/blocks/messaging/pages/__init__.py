"""The inbox and the devices; webhooks of channels and the conversations on them."""

from tinhso.blocks.messaging.pages.inbox import app_name, browser_name, page_context, urlpatterns

__all__ = ["app_name", "browser_name", "page_context", "urlpatterns"]
