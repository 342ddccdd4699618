from django.apps import AppConfig


class ConcertConfig(AppConfig):
    name = "concert"
