"""Shows, performances and reviews in the admin."""

from django.contrib import admin

from shows.models import Artist, ConcessionType, Performance, Review, Show, Tag

from .concessions import ConcessionTypeAdmin
from .performances import PerformanceAdmin
from .reviews import ReviewAdmin
from .shows import ArtistAdmin, ShowAdmin, TagAdmin

admin.site.register(Artist, ArtistAdmin)
admin.site.register(ConcessionType, ConcessionTypeAdmin)
admin.site.register(Performance, PerformanceAdmin)
admin.site.register(Review, ReviewAdmin)
admin.site.register(Show, ShowAdmin)
admin.site.register(Tag, TagAdmin)
