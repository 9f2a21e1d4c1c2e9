"""Pages of the operations centre: wall, domains, indicators, units, search, published figures."""

from django.urls import path

from tinhso.ioc.pages import alerts, annotations, cards, centre, explore, indicator, known_at, maps, phone, views, wall

app_name = "ioc"
urlpatterns = [
    path("", wall.wall, name="wall"),
    path("wall/", wall.wall_list, name="wall_list"),
    path("wall/<slug:name>/", wall.wall_start, name="wall_start"),
    path("wall/<slug:name>/<str:scene>/", wall.wall_scene, name="wall_scene"),
    path("map/outlines.json", maps.outlines, name="outlines"),
    path("domains/", centre.domains, name="domains"),
    path("domains/<slug:code>/", centre.domain, name="domain"),
    path("indicators/<str:code>/", indicator.indicator, name="indicator"),
    path("indicators/<str:code>/records/", indicator.show_records, name="records"),
    path("indicators/<str:code>.<str:form>", indicator.export, name="export"),
    path("ioc/units/<str:ref>/", centre.unit, name="unit"),
    path("explore/", explore.explore, name="explore"),
    path("explore.<str:form>", explore.export, name="explore_file"),
    path("indicators/<str:code>/notes/new/", annotations.new, name="note_new"),
    path("indicators/<str:code>/notes/write/", annotations.write, name="note_write"),
    path("notes/<str:ref>/", annotations.note, name="note"),
    path("notes/<str:ref>/reword/", annotations.reword, name="note_reword"),
    path("notes/<str:ref>/withdraw/", annotations.withdraw, name="note_withdraw"),
    path("known-at/", known_at.known_at, name="known_at"),
    path("views/", views.views, name="views"),
    path("views/keep/", views.keep, name="view_keep"),
    path("views/<str:ref>/", views.show, name="view"),
    path("views/<str:ref>/change/", views.change, name="view_change"),
    path("views/<str:ref>/remove/", views.remove, name="view_remove"),
    path("views/<str:ref>/restore/", views.restore, name="view_restore"),
    path("indicators/<str:code>/card.<str:form>", cards.picture, name="card"),
    path("phone/", phone.home, name="phone"),
    path("phone/arrange/", phone.arrange, name="phone_arrange"),
    path("phone/offline/", phone.offline, name="offline"),
    path("phone/indicators/<str:code>/", phone.indicator, name="phone_indicator"),
    path("phone/indicators/<str:code>/follow/", phone.follow, name="follow"),
    path("phone/<int:pk>/unfollow/", phone.unfollow, name="unfollow"),
    path("phone/<int:pk>/move/", phone.move, name="move_favourite"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/wishes/", alerts.my_wishes, name="alert_wishes"),
    path("alerts/wishes/save/", alerts.save_wishes, name="save_alert_wishes"),
    path("alerts/<str:ref>/", alerts.alert, name="alert"),
    path("alerts/<str:ref>/act/", alerts.act, name="alert_act"),
    path("search/", centre.search, name="search"),
    path("figures/", centre.figures, name="figures"),
]
