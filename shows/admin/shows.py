"""Shows, artists and genres in the admin."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin.archiving import ArchivingAdmin
from core.admin.autocomplete import AutocompletingAdmin
from core.admin.bases import TabularInline
from core.name_search import NameSearchAdmin
from organisation.admin_translations import TranslatedTextsAdmin, TranslatedTextsForm
from shows.admin_forms import NamedForm, ShowForm, ShowPictureForm
from shows.models import Artist, MediaLink, Performance, Show, ShowPicture, Tag
from shows.posters import set_poster
from shows.search import index_show, index_shows


class PerformancesInline(TabularInline):
    """The show's performances, as links."""

    model = Performance
    fields = ["when", "venue", "status", "places_left", "places_total"]
    readonly_fields = fields
    ordering = ["-starts_at"]
    per_page = 20
    show_change_link = True
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Performance]:
        return super().get_queryset(request).select_related("venue", "show")

    @admin.display(description=_("starts"))
    def when(self, performance: Performance) -> str:
        return performance.formatted_start

    def has_add_permission(self, request: HttpRequest, obj: Show) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Show | None = None) -> bool:
        return False


class ShowPicturesInline(TabularInline):
    model = ShowPicture
    form = ShowPictureForm
    fields = ["picture", "text", "ordinal"]
    extra = 0


class MediaLinksInline(TabularInline):
    model = MediaLink
    fields = ["kind", "title", "url", "ordinal"]
    extra = 0


class TranslatedShowForm(TranslatedTextsForm, ShowForm):
    translated = ("description",)


class ShowAdmin(NameSearchAdmin, ArchivingAdmin, AutocompletingAdmin, TranslatedTextsAdmin):
    chosen_in = "performance"
    form = TranslatedShowForm
    list_display = ["title", "names", "next_at", "stars", "is_published", "created_at"]
    list_filter = ["is_published", "tags"]
    search_fields = ["title", "artists__name", "tags__name"]
    search_help_text = _("Title, artist or genre")
    date_hierarchy = "created_at"
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["artists", "tags"]
    readonly_fields = ["poster_now", "stars", "add_performance"]
    inlines = [ShowPicturesInline, MediaLinksInline, PerformancesInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    "slug",
                    "artists",
                    "tags",
                    "description",
                    "promoter",
                    "seller",
                    "is_published",
                    "is_unlisted",
                ]
            },
        ),
        (_("Poster"), {"fields": ["poster_now", "new_poster"]}),
        (_("Details"), {"fields": ["duration", "age_rating", "stars", "add_performance"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Show | None = None) -> list[str]:
        locked = ["seller"] if obj is not None and obj.seller_is_locked() else []
        return [*self.readonly_fields, *locked]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Show]:
        shows: Any = super().get_queryset(request)
        return shows.with_next_performance().prefetch_related("artists")

    def names(self, show: Show) -> str:
        return show.artist_names

    @admin.display(description=_("next performance"), ordering="next_at")
    def next_at(self, show: Show) -> datetime | None:
        return show.next_at

    @admin.display(description=_("rating"))
    def stars(self, show: Show) -> str:
        return f"{show.rating:.1f} ({show.rating_count})" if show.rating_count else "–"

    @admin.display(description=_("poster"))
    def poster_now(self, show: Show) -> str:
        if not show.poster_small:
            return "–"
        return format_html('<img src="{}" width="180" alt="">', show.poster_small.url)

    @admin.display(description=_("performances"))
    def add_performance(self, show: Show) -> str:
        if not show.pk:
            return "–"
        address = reverse("admin:shows_performance_add")
        return format_html('<a href="{}?show={}">{}</a>', address, show.pk, _("Add performance"))

    def save_model(self, request: HttpRequest, obj: Show, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if poster := form.cleaned_data.get("new_poster"):
            set_poster(show=obj, image=poster.image)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Iterable[BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        index_show(form.instance)


class NamedAdmin(NameSearchAdmin, TranslatedTextsAdmin):
    """Artists and genres: a change updates the search index of their shows."""

    form = NamedForm
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(
        self, request: HttpRequest, obj: Artist | Tag, form: ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if change:
            index_shows(obj.shows.all())

    def delete_model(self, request: HttpRequest, obj: Artist | Tag) -> None:
        shows = list(obj.shows.all())
        super().delete_model(request, obj)
        index_shows(shows)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for obj in queryset:
            self.delete_model(request, obj)


class ArtistForm(TranslatedTextsForm, NamedForm):
    translated = ("description",)


class ArtistAdmin(NamedAdmin):
    form = ArtistForm
    fields = ["name", "slug", "description", "website"]


class TagForm(TranslatedTextsForm, NamedForm):
    translated = ("name",)


class TagAdmin(NamedAdmin):
    form = TagForm
