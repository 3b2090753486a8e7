from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('complaints', '0008_thai_names')]

    operations = [
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('ack_hours__gte', 1), ('ack_hours__lte', models.F('sla_hours'))), name='category_answers_before_it_repairs', violation_error_message='เวลาตอบครั้งแรกต้องไม่น้อยกว่า 1 ชั่วโมง และไม่เกินเวลาแก้ไข'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('is_public', False), ('is_sensitive', False), _connector='OR'), name='category_sensitive_is_not_public', violation_error_message='หมวดที่มีข้อมูลอ่อนไหวเปิดเผยต่อสาธารณะไม่ได้ กรุณาปิดอย่างใดอย่างหนึ่ง'),
        ),
    ]
