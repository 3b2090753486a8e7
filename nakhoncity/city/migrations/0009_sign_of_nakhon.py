"""The first town keeps the stupa that all towns had until now."""

from django.db import migrations


def keep_stupa(apps, schema_editor):
    apps.get_model("city", "CityProfile").objects.filter(code="nakhon").update(sign="stupa")


class Migration(migrations.Migration):

    dependencies = [
        ('city', '0008_sign'),
    ]

    operations = [
        migrations.RunPython(keep_stupa, migrations.RunPython.noop),
    ]
