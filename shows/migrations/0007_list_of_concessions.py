"""Add each concession that performances have to the list. Their values and proof stay as they are."""

from collections import Counter

from django.db import migrations


def fill_list(apps, schema_editor):
    Concession = apps.get_model("shows", "Concession")
    ConcessionType = apps.get_model("shows", "ConcessionType")
    rows = Concession.objects.filter(kind=None)
    uses = {}
    for name, percent, proof in rows.values_list("name", "percent_off", "proof"):
        uses.setdefault(name, Counter())[percent, proof] += 1
    for ordinal, (name, counted) in enumerate(sorted(uses.items())):
        [((percent, proof), _count)] = counted.most_common(1)
        kind, _made = ConcessionType.objects.get_or_create(
            name=name, defaults={"value": percent, "proof": proof, "ordinal": ordinal}
        )
        rows.filter(name=name).update(kind=kind)


class Migration(migrations.Migration):
    dependencies = [("shows", "0006_concession_types")]

    operations = [migrations.RunPython(fill_list, migrations.RunPython.noop)]
