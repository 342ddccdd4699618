"""Exports in the admin: their list, and a button over each list whose rows can be had."""

from django.contrib import admin

from exports.models import Export
from exports.sheets import SHEETS

from .exports import ExportAdmin
from .lists import exporting

admin.site.register(Export, ExportAdmin)

# The rooms below know nothing of exports; this one adds its own to their lists.
for model in dict.fromkeys(sheet.model for sheet in SHEETS.values()):
    model_admin = type(admin.site.get_model_admin(model))
    admin.site.unregister(model)
    admin.site.register(model, exporting(model_admin))
