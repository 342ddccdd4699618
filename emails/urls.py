from django.urls import path

from . import views

app_name = "emails"

urlpatterns = [
    path("accounts/email-preferences/", views.wishes, name="wishes"),
    path("emails/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
