"""The addresses of the house without its words for trouble: Django answers as it does by itself."""

from concert.urls import urlpatterns

__all__ = ["urlpatterns"]
