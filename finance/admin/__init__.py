"""The admin of finance."""

from django.contrib import admin

from finance.models import Document

from .documents import DocumentAdmin

admin.site.register(Document, DocumentAdmin)
