"""The site's URLs without its own error pages: Django's default errors."""

from concert.urls import urlpatterns

__all__ = ["urlpatterns"]
