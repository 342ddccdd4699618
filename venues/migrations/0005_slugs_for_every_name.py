"""Give a slug to what has none that an address can hold; every other row keeps its own."""

from django.db import migrations

from core.slugs import SLUG_PATTERN, free_slug


def mend(apps, schema_editor):
    for name, named_by in (("venue", "name"),):
        model = apps.get_model("venues", name)
        for row in model.objects.exclude(slug__regex=SLUG_PATTERN).order_by("pk"):
            row.slug = free_slug(
                getattr(row, named_by),
                fallback=name,
                most=model._meta.get_field("slug").max_length,
                is_taken=lambda slug, model=model: model.objects.filter(slug=slug).exists(),
            )
            row.save(update_fields=["slug"])


class Migration(migrations.Migration):
    dependencies = [("venues", "0004_archiving_changes_no_plan")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
