from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('city', '0004_thai_names')]

    operations = [
        migrations.AddConstraint(
            model_name='cityprofile',
            constraint=models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes'))), name='cityprofile_opens_before_it_closes', violation_error_message='เวลาเปิดทำการต้องมาก่อนเวลาปิดทำการ'),
        ),
        migrations.AlterConstraint(
            model_name='area',
            name='area_once',
            constraint=models.UniqueConstraint(fields=('kind', 'name'), name='area_once', violation_error_message='มีพื้นที่ประเภทและชื่อนี้แล้ว'),
        ),
    ]
