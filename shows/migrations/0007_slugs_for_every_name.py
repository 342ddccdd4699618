"""Give a slug to what has none that an address can hold; every other row keeps its own."""

from django.db import migrations

from core.slugs import SLUG_PATTERN, free_slug


def mend(apps, schema_editor):
    for name, named_by in (("artist", "name"), ("tag", "name"), ("show", "title")):
        model = apps.get_model("shows", name)
        for row in model.objects.exclude(slug__regex=SLUG_PATTERN).order_by("pk"):
            row.slug = free_slug(
                getattr(row, named_by),
                fallback=name,
                most=model._meta.get_field("slug").max_length,
                is_taken=lambda slug, model=model: model.objects.filter(slug=slug).exists(),
            )
            row.save(update_fields=["slug"])


class Migration(migrations.Migration):
    dependencies = [("shows", "0006_moved_from")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
