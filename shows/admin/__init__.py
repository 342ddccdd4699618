"""Shows, performances and reviews in the admin."""

from django.contrib import admin

from shows.models import (
    Artist,
    ConcessionType,
    Performance,
    PerformanceTemplate,
    PriceList,
    Question,
    Review,
    Show,
    Tag,
)

from .concessions import ConcessionTypeAdmin
from .performance_templates import PerformanceTemplateAdmin
from .performances import PerformanceAdmin
from .price_lists import PriceListAdmin
from .questions import QuestionAdmin
from .reviews import ReviewAdmin
from .shows import ArtistAdmin, ShowAdmin, TagAdmin

admin.site.register(Artist, ArtistAdmin)
admin.site.register(ConcessionType, ConcessionTypeAdmin)
admin.site.register(Performance, PerformanceAdmin)
admin.site.register(PerformanceTemplate, PerformanceTemplateAdmin)
admin.site.register(PriceList, PriceListAdmin)
admin.site.register(Question, QuestionAdmin)
admin.site.register(Review, ReviewAdmin)
admin.site.register(Show, ShowAdmin)
admin.site.register(Tag, TagAdmin)
