from django.urls import path

from . import views

app_name = "emails"

urlpatterns = [
    path("accounts/email-preferences/", views.preferences, name="preferences"),
    path("emails/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
