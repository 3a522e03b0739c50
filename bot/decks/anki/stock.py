"""Anki's own note types that ask both ways, by the names that its languages give them."""

import re
from enum import Enum


class Reverse(Enum):
    """Whether the notes of a type ask the other way round as well."""

    NEVER = "never"
    ALWAYS = "always"
    IF_SAID = "if said"
    """Where something stands in their third field."""


_ALWAYS = """
Basic (and reversed card)
Alap (mindkét irányban)
Basiese (en omgekeerde kaart)
Basilare (e carta inversa)
Basis (en omgekeerde kaart)
Bas (och omvänt kort)
Baza (en ambaŭ direktoj)
Bunúsach (le malairt an chárta)
Básica (e tarxeta invertida)
Básico (e cartão invertido)
Básico (e ficha invertida)
Básico (y tarjeta invertida)
Bàsica (i targeta inversa)
Cơ bản (với thẻ ngược)
De bază (și cu card întors)
Einfach (und die umgekehrte Richtung)
Generalitats (dos senses)
Grundlæggende (og kort baglæns)
Généralités (deux sens)
Oddiy (va teskari karta)
Oinarrizko (eta alderantzizko karta)
Osnovna (i obratna kartica)
Osnovna (in obrnjena kartica)
Perusmalli (ja käänteinen kortti)
Podstawowy (z odwrotną kartą)
Temel (ve ters kart)
Základní (plus obrácená karta)
Základný (plus obrátená karta)
Βασική (και αντεστραμμένη κάρτα)
Базавая (з адваротнай карткай)
Базовий (зі зворотною карткою)
Основна (и обратне карте)
Основна (и обърната карта)
Простая (с обратной карточкой)
Қарапайым (және кері карта)
Հիմնական (+ հետադարձ քարտերը)
בסיסי (וכרטיס הופכי)
עיקרדיק (און פֿאַרקערט קאַרטל)
أساسي (وبطاقة معكوسة)
ئاساسى (ئۆرۈلىدىغان كارتا)
ମୌଳିକ (ଏବଂ ଓଲଟା ପତ୍ର)
พื้นฐาน (และการ์ดแบบกลับด้าน)
基本 (表面と裏面を反転したカードも作成)
基本型（含反向卡片）
问答题（附翻转卡片）
"""
_IF_SAID = """
Basic (optional reversed card)
Alap (egyik vagy mindkét irányban)
Basiese (opsioneel omgekeerde kaart)
Basilare (carta inversa opzionale)
Basique (carte inversée optionnelle)
Basis (omgekeerde kaart optioneel)
Bas (valbart omvänt kort)
Baza (en unu aŭ ambaŭ direktoj)
Bunúsach (le malairt an chárta mar rogha)
Básica (tarxeta invertida opcional)
Básico (cartão invertido opcional)
Básico (ficha invertida opcional)
Básico (tarjeta invertida opcional)
Bàsica (targeta inversa opcional)
Cơ bản (thẻ ngược tùy chọn)
De bază (opțional cu card întors)
Einfach (und wahlweise die umgekehrte Richtung)
Generalitats (convèrsa facultativa)
Grundlæggende (valgfrit med kort  baglæns)
Oddiy (va ixtiyoriy teskari karta)
Oinarrizko( aukerako alderantzizko karta)
Osnovna (in izbirno obrnjena kartica)
Osnovna (obratna kartica po volji)
Perusmalli (valinnainen käänteinen kortti)
Podstawowy (z opcjonalną odwrotną kartą)
Temel (seçimli ters kart)
Základní (plus volitelná obrácená karta)
Základný (plus voliteľná obrátená karta)
Βασική (κατ'επιλογή αντεστραμμένη κάρτα)
Базавая (з неабавязковай адваротнай карткай)
Базовий (з необов'язковою зворотною карткою)
Основна (+ обърната карта по избор)
Основна (обратне по избору)
Простая (с обратной по выбору)
Қарапайым (қосымша кері карта)
Հիմնական (հետադարձը ըստ ընտրության)
בסיסי (כרטיס הופכי אופציונלי)
עיקרדיק (ברירהדיק פֿאַרקערט קאַרטל)
أساسي (وبطاقة معكوسة اختيارية)
ئاساسى (تاللاشچان ئۆرۈلىدىغان كارتا)
ମୌଳିକ (ବୈକଲ୍ପିକ ଓଲଟା ପତ୍ର)
基本 (任意で反転カードを作成)
基本型（選擇性反向卡片）
问答题（可选附翻转卡片）
"""
# What Anki puts behind the name of a type that came from another collection and is not quite its own.
_ANOTHER = re.compile(r"(?:-[0-9a-f]{5}|\++)$")


def reverse_of(name: str) -> Reverse:
    """Whether notes of the type of that name ask the other way round as well; of a type of somebody's own, never."""
    return _KNOWN.get(_plain(_ANOTHER.sub("", name.strip())), Reverse.NEVER)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


_KNOWN = {
    **{_plain(name): Reverse.ALWAYS for name in _ALWAYS.strip().splitlines()},
    **{_plain(name): Reverse.IF_SAID for name in _IF_SAID.strip().splitlines()},
}
