"""The exports in the admin: their list, and an export button on the lists of other apps."""

from django.contrib import admin

from exports.models import Export
from exports.sheets import SHEETS

from .exports import ExportAdmin
from .lists import exporting

admin.site.register(Export, ExportAdmin)

# Lower apps do not import exports, so the button is added to their lists here.
for model in dict.fromkeys(sheet.model for sheet in SHEETS.values()):
    model_admin = type(admin.site.get_model_admin(model))
    admin.site.unregister(model)
    admin.site.register(model, exporting(model_admin))
