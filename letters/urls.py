from django.urls import path

from . import views

app_name = "letters"

urlpatterns = [
    path("accounts/letters/", views.wishes, name="wishes"),
    path("letters/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
