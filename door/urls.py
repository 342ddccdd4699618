"""URLs of the door."""

from django.urls import path

from . import list_views, reservation_views, sale_views, scan_views, views

app_name = "door"

urlpatterns = [
    path("", views.choose, name="choose"),
    path("read/", views.read, name="read"),
    path("<int:pk>/", views.scan, name="scan"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/scans/", scan_views.record_scan, name="record_scan"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/count/", views.count, name="count"),
    path("<int:pk>/name/", views.name, name="name"),
    path("<int:pk>/lists/", list_views.lists, name="lists"),
    path("<int:pk>/lists/<slug:name>/", list_views.show_list, name="list"),
    path("<int:pk>/lists/<slug:name>/list.pdf", list_views.print_list, name="list_pdf"),
    path("<int:pk>/lists/<slug:name>/list.csv", list_views.save_list, name="list_csv"),
    path("<int:pk>/sell/", sale_views.sell, name="sell"),
    path("<int:pk>/sell/<str:reference>/", sale_views.pay, name="pay"),
    path("<int:pk>/sell/<str:reference>/later/", reservation_views.pay_later, name="pay_later"),
    path("<int:pk>/sold/<str:reference>/", sale_views.sold, name="sold"),
    path("<int:pk>/sold/<str:reference>/tickets.pdf", sale_views.sold_pdf, name="sold_pdf"),
]
