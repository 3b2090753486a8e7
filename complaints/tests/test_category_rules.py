"""What an administrator may not make of a category, each with a sentence that says what to do."""

import pytest
from django.core.exceptions import ValidationError

from complaints.services.seed import seed_categories
from complaints.tests.factories import CategoryFactory
from nakhoncity.staff.services import seed_departments

pytestmark = pytest.mark.django_db
QUESTION = {
    "code": "KIND",
    "order": 1,
    "datatype": "singlevaluelist",
    "label_th": "ลักษณะปัญหา",
    "ask": "form",
    "values": [{"key": "HOLE", "name_th": "หลุม"}, {"key": "CRACK", "name_th": "แตกร้าว"}],
}
RULE = {"if": {"KIND": "HOLE"}, "set": {"sla_hours": 12}}


def faults(**columns):
    """The sentences with which a category of these columns is refused, by field."""
    category = CategoryFactory.build(department=CategoryFactory().department, code="new", order=1)
    for name, value in columns.items():
        setattr(category, name, value)
    try:
        category.full_clean()
    except ValidationError as refused:
        return refused.message_dict
    return {}


def test_a_category_with_a_question_and_a_rule_is_fine():
    assert faults(questions=[QUESTION], routing_rules=[RULE]) == {}


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ({"code": "KIND"}, "ต้องเป็นรายการของคำถาม ขึ้นต้นด้วย [ ลงท้ายด้วย ] และแต่ละคำถามอยู่ใน { }"),
        (["KIND"], "ต้องเป็นรายการของคำถาม ขึ้นต้นด้วย [ ลงท้ายด้วย ] และแต่ละคำถามอยู่ใน { }"),
        ([QUESTION | {"code": ""}], "คำถามที่ 1: ต้องมีรหัส (code) เป็นข้อความ"),
        (
            [QUESTION | {"datatype": "list"}],
            "คำถามที่ 1: ชนิด (datatype) ต้องเป็นหนึ่งใน datetime, multivaluelist, number, singlevaluelist, string, text",
        ),
        ([QUESTION | {"label_th": " "}], "คำถามที่ 1: ต้องมีข้อความภาษาไทย (label_th)"),
        ([QUESTION | {"order": "1"}], "คำถามที่ 1: ต้องมีลำดับ (order) เป็นตัวเลข"),
        ([QUESTION | {"ask": "now"}], "คำถามที่ 1: ask ต้องเป็น form หรือ later"),
        ([QUESTION | {"values": []}], "คำถามที่ 1: ต้องมีตัวเลือก (values) อย่างน้อยหนึ่งข้อ"),
        ([QUESTION | {"values": ["HOLE"]}], "คำถามที่ 1: ตัวเลือกทุกข้อต้องมี key และ name_th เป็นข้อความ"),
        ([QUESTION | {"values": QUESTION["values"] * 2}], "คำถามที่ 1: ตัวเลือกสองข้อใช้ key เดียวกัน"),
        ([QUESTION | {"default": "NO"}], "คำถามที่ 1: ค่าเริ่มต้น (default) ต้องเป็น key ของตัวเลือกข้อหนึ่ง"),
        ([QUESTION, QUESTION], "คำถามสองข้อใช้รหัส (code) เดียวกัน กรุณาตั้งรหัสให้ต่างกัน"),
    ],
)
def test_questions_that_no_form_could_show(questions, sentence):
    assert faults(questions=questions) == {"questions": [sentence]}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"set": {"sla_hours": 12}}, "ต้องมีเงื่อนไข (if)"),
        (RULE | {"if": {"SIZE": "L"}}, "อ้างถึงคำถามที่ไม่มีในหมวดนี้ (SIZE)"),
        (RULE | {"if": {"KIND": "DUST"}}, "คำถาม KIND ไม่มีคำตอบนี้"),
        (RULE | {"set": {}}, "ต้องมีผล (set)"),
        (RULE | {"set": {"sla_hours": 72}}, "sla_hours ต้องอยู่ระหว่าง 1 ถึง 48"),
        (RULE | {"set": {"sla_hours": "12"}}, "sla_hours ต้องอยู่ระหว่าง 1 ถึง 48"),
        (RULE | {"set": {"promise": "soon"}}, "promise ต้องเป็น fix หรือ answer"),
        (RULE | {"set": {"public": "no"}}, "public และ confidential ต้องเป็น true หรือ false"),
        (RULE | {"set": {"department": "NOBODY"}}, "ไม่มีหน่วยงานรหัส NOBODY"),
        (RULE | {"set": {"cooperate": ["NOBODY"]}}, "ไม่มีหน่วยงานรหัส NOBODY"),
    ],
)
def test_rules_that_no_router_could_follow(rule, sentence):
    assert faults(questions=[QUESTION], routing_rules=[rule]) == {"routing_rules": [f"กฎที่ 1: {sentence}"]}


@pytest.mark.parametrize(
    ("columns", "field", "sentence"),
    [
        ({"sla_hours": 72}, "__all__", "ระยะเวลาแก้ไขต้องอยู่ระหว่าง 1 ถึง 48 ชั่วโมง"),
        ({"ack_hours": 25, "sla_hours": 24}, "__all__", "เวลาตอบครั้งแรกต้องไม่น้อยกว่า 1 ชั่วโมง และไม่เกินเวลาแก้ไข"),
        (
            {"is_sensitive": True, "is_public": True},
            "__all__",
            "หมวดที่มีข้อมูลอ่อนไหวเปิดเผยต่อสาธารณะไม่ได้ กรุณาปิดอย่างใดอย่างหนึ่ง",
        ),
        ({"keywords_th": "ถนน"}, "keywords_th", "ต้องเป็นรายการของข้อความ"),
        ({"agencies": ["MOON"]}, "agencies", "ไม่มีหน่วยงานรหัส MOON กรุณาใช้รหัสจากหน้าหน่วยงาน"),
    ],
)
def test_other_columns(columns, field, sentence):
    assert faults(**columns) == {field: [sentence]}


def test_the_seed_keeps_all_of_these_rules():
    seed_departments()

    assert seed_categories() > 20
