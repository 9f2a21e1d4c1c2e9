"""Saved views: the list, opening one, keeping, renaming, sharing, removing and putting back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.ioc import services
from tinhso.ioc.models import SavedView
from tinhso.ioc.pages.posting import act_of_reader, redirect_back
from tinhso.ioc.pages.readers import for_readers
from tinhso.ioc.queries import views as queries
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor


@for_readers
def saved_views_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Mine, and what others share with me; ``keep``: an address that waits for a name."""
    context = {
        "views": queries.views_of(by),
        "sharings": SavedView.Sharing.choices,
        "keep": request.GET.get("keep", "")[: queries.LONGEST],
    }
    return render(request, "ioc/views.html", context)


@for_readers
def open_view(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Open a view: on to the page it keeps."""
    return HttpResponseRedirect(queries.view_for(by, ref).address)


@act_of_reader
def save_view(request: HttpRequest, by: Actor) -> HttpResponse:
    """Keep an address under a name."""
    view = services.keep_view(
        name=request.POST.get("name", ""),
        address=request.POST.get("address", ""),
        sharing=request.POST.get("sharing", SavedView.Sharing.OWNER),
        by=by,
        now=clock.now(),
    )
    messages.success(request, _("Đã lưu góc nhìn “%(name)s”.") % {"name": view.name})
    return redirect_back(request, reverse("ioc:views"))


@act_of_reader
def change_view(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Another name, or other people."""
    services.change_view(ref=ref, name=request.POST.get("name", ""), sharing=request.POST.get("sharing", ""), by=by)
    messages.success(request, _("Đã sửa góc nhìn."))
    return redirect_back(request, reverse("ioc:views"))


@act_of_reader
def remove_view(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Take away; the list offers to put it back."""
    view = services.remove_view(ref=ref, by=by, now=clock.now())
    messages.success(request, _("Đã xóa góc nhìn “%(name)s”; có thể khôi phục ở cuối trang.") % {"name": view.name})
    return redirect_back(request, reverse("ioc:views"))


@act_of_reader
def restore_view(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Put back."""
    view = services.restore_view(ref=ref, by=by)
    messages.success(request, _("Đã khôi phục góc nhìn “%(name)s”.") % {"name": view.name})
    return redirect_back(request, reverse("ioc:views"))
