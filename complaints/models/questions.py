"""What a category's questions and rules look like, and a sentence for each way of getting them wrong."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError

from complaints.workflow import Priority

LISTS = {"singlevaluelist", "multivaluelist"}
DATATYPES = LISTS | {"string", "text", "number", "datetime"}
MOMENTS = {"form", "later"}
MOST_RULE_HOURS = 48
QUESTIONS, RULES = "questions", "routing_rules"


def check_questions(questions: Any) -> None:
    """Refuse, with a ValidationError on `questions`, what the resident's form could not show."""
    if not isinstance(questions, list) or not all(isinstance(question, dict) for question in questions):
        raise _wrong(QUESTIONS, "ต้องเป็นรายการของคำถาม ขึ้นต้นด้วย [ ลงท้ายด้วย ] และแต่ละคำถามอยู่ใน { }")
    for number, question in enumerate(questions, start=1):
        if fault := _fault_of_question(question):
            raise _wrong(QUESTIONS, f"คำถามที่ {number}: {fault}")
    codes = [question["code"] for question in questions]
    if len(set(codes)) < len(codes):
        raise _wrong(QUESTIONS, "คำถามสองข้อใช้รหัส (code) เดียวกัน กรุณาตั้งรหัสให้ต่างกัน")


def _fault_of_question(question: dict[str, Any]) -> str:
    if not _is_word(question.get("code")):
        return "ต้องมีรหัส (code) เป็นข้อความ"
    if question.get("datatype") not in DATATYPES:
        return f"ชนิด (datatype) ต้องเป็นหนึ่งใน {', '.join(sorted(DATATYPES))}"
    if not _is_word(question.get("label_th")):
        return "ต้องมีข้อความภาษาไทย (label_th)"
    if question.get("ask", "later") not in MOMENTS:
        return "ask ต้องเป็น form หรือ later"
    if not isinstance(question.get("order"), int):
        return "ต้องมีลำดับ (order) เป็นตัวเลข"
    return _fault_of_values(question) if question["datatype"] in LISTS else ""


def _fault_of_values(question: dict[str, Any]) -> str:
    values = question.get("values")
    if not isinstance(values, list) or not values:
        return "ต้องมีตัวเลือก (values) อย่างน้อยหนึ่งข้อ"
    if not all(
        isinstance(value, dict) and _is_word(value.get("key")) and _is_word(value.get("name_th")) for value in values
    ):
        return "ตัวเลือกทุกข้อต้องมี key และ name_th เป็นข้อความ"
    keys = [value["key"] for value in values]
    if len(set(keys)) < len(keys):
        return "ตัวเลือกสองข้อใช้ key เดียวกัน"
    return "" if question.get("default", keys[0]) in keys else "ค่าเริ่มต้น (default) ต้องเป็น key ของตัวเลือกข้อหนึ่ง"


def check_rules(rules: Any, questions: list[dict[str, Any]], offices: Collection[str]) -> None:
    """Refuse, with a ValidationError on `routing_rules`, what the router could not follow."""
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise _wrong(RULES, "ต้องเป็นรายการของกฎ ขึ้นต้นด้วย [ ลงท้ายด้วย ] และแต่ละกฎอยู่ใน { }")
    keys = {question["code"]: {value["key"] for value in question.get("values", [])} for question in questions}
    for number, rule in enumerate(rules, start=1):
        if fault := _fault_of_condition(rule.get("if"), keys) or _fault_of_result(rule.get("set"), offices):
            raise _wrong(RULES, f"กฎที่ {number}: {fault}")


def _fault_of_condition(condition: Any, keys: dict[str, set[str]]) -> str:
    if not isinstance(condition, dict) or not condition:
        return "ต้องมีเงื่อนไข (if)"
    if unknown := sorted(set(condition) - set(keys)):
        return f"อ้างถึงคำถามที่ไม่มีในหมวดนี้ ({', '.join(unknown)})"
    wrong = [code for code, key in condition.items() if keys[code] and key not in keys[code]]
    return f"คำถาม {wrong[0]} ไม่มีคำตอบนี้" if wrong else ""


def _fault_of_result(result: Any, offices: Collection[str]) -> str:
    """What is wrong with what a rule decides; empty when nothing is."""
    if not isinstance(result, dict) or not result:
        return "ต้องมีผล (set)"
    hours, cooperating = result.get("sla_hours", 1), result.get("cooperate", [])
    if not isinstance(hours, int) or not 1 <= hours <= MOST_RULE_HOURS:
        return f"sla_hours ต้องอยู่ระหว่าง 1 ถึง {MOST_RULE_HOURS}"
    if result.get("priority", Priority.NORMAL) not in Priority.values:
        return f"priority ต้องเป็นหนึ่งใน {', '.join(Priority.values)}"
    if result.get("promise", "fix") not in {"fix", "answer"}:
        return "promise ต้องเป็น fix หรือ answer"
    if not all(isinstance(result.get(name, False), bool) for name in ("public", "confidential")):
        return "public และ confidential ต้องเป็น true หรือ false"
    named = [result["department"]] if "department" in result else []
    named += cooperating if isinstance(cooperating, list) else [cooperating]
    unknown = [str(code) for code in named if code not in offices]
    return f"ไม่มีหน่วยงานรหัส {', '.join(unknown)}" if unknown else ""


def check_words(field: str, words: Any) -> None:
    """Refuse what is no list of words."""
    if not isinstance(words, list) or not all(_is_word(word) for word in words):
        raise _wrong(field, "ต้องเป็นรายการของข้อความ")


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _wrong(field: str, sentence: str) -> ValidationError:
    return ValidationError({field: sentence})
