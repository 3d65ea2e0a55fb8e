"""How the thing to be counted is asked for by language, and the short names of units."""

from __future__ import annotations

import re

_UNITS = """
metre: m meter meters metre metres; kilometre: km kilometer kilometers kilometre kilometres kms; centimetre: cm
centimeter centimeters centimetre centimetres; millimetre: mm millimeter millimeters millimetre millimetres; gram: g
gram grams gramme grammes; kilogram: kg kilogram kilograms kilo kilos; litre: l liter liters litre litres; millilitre:
ml milliliter milliliters millilitre millilitres; hour: h hr hrs hour hours; minute: min mins minute minutes; second: s
sec secs second seconds; mile: mi mile miles; foot: ft foot feet; inch: in inch inches; pound: lb lbs pound pounds;
ounce: oz ounce ounces; fahrenheit: f fahrenheit; centigrade: c celsius centigrade; hour: stunde stunden std heure
heures hora horas ora ore uur uren час часа часов saat giờ; minute: minuten minuto minutos minuti minuut минут минута
минуты dakika phút; metre: metern mètre mètres metro metros metri meters метр метра метров; kilometre: kilometern
километр километра километров kilomètre kilomètres kilómetro kilómetros chilometri quilômetro quilômetros km км;
hectare: ha hectare hectares hektar; percent: percent; centimetre: см; kilogram: кг килограмм килограмма килограммов;
gram: г грамм грамма граммов gramm gramos grammi gramas; litre: литр литра литров litro litros litri л; person: people
person persons; child: child children
"""
SAME_UNIT = {
    name: unit.strip() for unit, _, names in (one.partition(":") for one in _UNITS.split(";")) for name in names.split()
}
MEASURES = frozenset(SAME_UNIT.values()) - {"person", "child"}

_WORD = r"([^\W\d_]{2,20})"
HOW_MANY = re.compile(
    rf"\bwie\s?viele?\s{_WORD}|\bcombien\sd(?:e\s|'){_WORD}|\bcu[aá]nt[oa]s\s{_WORD}|\bquant[ieo]s?\s{_WORD}|\bquantas\s{_WORD}"
    rf"|\bhoeveel\s{_WORD}|\bile\s{_WORD}|сколько\s{_WORD}|\bkaç\s{_WORD}|bao\snhiêu\s{_WORD}|कितन[ेी]\s{_WORD}|كم\s{_WORD}"
    r"|多少([\u4e00-\u9fff])|几([\u4e00-\u9fff])|幾([\u4e00-\u9fff])|何([\u3040-\u9fff])(?!で)|몇\s?([\uac00-\ud7af])",
    re.IGNORECASE,
)
