"""URLs of the waiting room."""

from django.urls import path

from .views import alerts, own, public

app_name = "waitingroom"

urlpatterns = [
    path("queue/<int:pk>/", public.queue, name="queue"),
    path("queue/<int:pk>/status", public.status, name="status"),
    path("queue/<int:pk>/draw/", public.verify, name="verify"),
    path("queue/<int:pk>/join/", own.join, name="join"),
    path("queue/<int:pk>/place/", own.own_place, name="place"),
    path("queue/<int:pk>/enter/", own.enter, name="enter"),
    path("queue/<int:pk>/alert/", alerts.choose_alert, name="alert"),
    path("queue/<int:pk>/alert/<str:link>/", alerts.confirm_alert, name="confirm_alert"),
    path("queue/<int:pk>/extend/", own.extend, name="extend"),
    path("queue/<int:pk>/leave/", own.leave, name="leave"),
]
