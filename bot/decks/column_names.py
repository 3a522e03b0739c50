"""What columns are called in the first row of a table, and what each of them is for."""

import unicodedata
from collections.abc import Iterator, Sequence
from enum import Enum, auto


class Role(Enum):
    """What a column is for."""

    FRONT = auto()
    BACK = auto()
    SOURCE = auto()
    TAGS = auto()
    GUID = auto()
    DECK = auto()
    NOTETYPE = auto()


def _plain(name: str) -> str:
    # Which I has a dot differs in Turkish, where a large one is.
    return unicodedata.normalize("NFC", name.strip().lower()).replace("\u0307", "").replace("ı", "i")


_ENGLISH = {
    Role.FRONT: "front, question, term, word, prompt",
    Role.BACK: "back, answer, definition, extra, meaning, translation, code, example, notes, picture",
    Role.SOURCE: "source, reference",
    Role.TAGS: "tags, tag",
    Role.GUID: "guid",
    Role.DECK: "deck",
    Role.NOTETYPE: "notetype, note type",
}
# Fronts; backs; tags. Each language has a line of its own, as a row with words of two languages is a card; and what
# two words of one language may be for a learner (in front, behind) is not among them.
_OTHERS = (
    (
        "正面, 问题, 問題, 单词, 單詞, 词语, 詞語, 术语",
        "背面, 反面, 答案, 释义, 釋義, 意思, 翻译, 翻譯, 定义, 例句, 备注",
        "标签, 標籤",
    ),
    ("प्रश्न, शब्द", "उत्तर, अर्थ, परिभाषा, अनुवाद, उदाहरण", "टैग"),
    (
        "anverso, pregunta, palabra, término",
        "reverso, respuesta, significado, definición, traducción, ejemplo, notas",
        "etiquetas",
    ),
    ("الوجه, سؤال, السؤال, كلمة, الكلمة", "الظهر, جواب, الجواب, إجابة, الإجابة, معنى, المعنى, الترجمة", "وسوم, الوسوم"),
    ("recto, question, mot, terme", "verso, réponse, définition, sens, traduction, exemple, notes", "étiquettes"),
    ("প্রশ্ন, শব্দ", "উত্তর, অর্থ, সংজ্ঞা, অনুবাদ, উদাহরণ", "ট্যাগ"),
    (
        "frente, pergunta, palavra, termo",
        "verso, resposta, significado, definição, tradução, exemplo, notas",
        "etiquetas",
    ),
    ("вопрос, слово, термин", "ответ, значение, определение, перевод, пример, примечание", "метки, теги"),
    ("سوال, لفظ", "جواب, معنی, مطلب, ترجمہ, مثال", "ٹیگ"),
    ("pertanyaan, kata, istilah", "jawaban, arti, definisi, terjemahan, contoh, catatan", "label"),
    (
        "vorderseite, frage, wort, begriff",
        "rückseite, antwort, bedeutung, definition, übersetzung, beispiel, notizen",
        "schlagwörter",
    ),
    ("表面, 質問, 単語, 用語", "裏面, 答え, 回答, 意味, 定義, 翻訳, 例文, メモ", "タグ"),
    ("앞면, 질문, 단어, 용어", "뒷면, 답, 정답, 답변, 뜻, 의미, 정의, 번역, 예문, 메모", "태그"),
    ("ön yüz, soru, kelime, terim", "arka yüz, cevap, yanıt, anlam, tanım, çeviri, örnek, notlar", "etiketler"),
    (
        "mặt trước, câu hỏi, từ, từ vựng, thuật ngữ",
        "mặt sau, câu trả lời, đáp án, nghĩa, ý nghĩa, định nghĩa, bản dịch, ví dụ",
        "thẻ",
    ),
    (
        "fronte, domanda, parola, termine",
        "retro, risposta, significato, definizione, traduzione, esempio, note",
        "etichette",
    ),
    ("pytanie, słowo, termin", "odpowiedź, znaczenie, definicja, tłumaczenie, przykład, notatki", "etykiety"),
    ("voorkant, vraag, woord, begrip", "achterkant, antwoord, betekenis, definitie, vertaling, voorbeeld", "labels"),
    (
        "запитання, питання, слово, термін, передня сторона",
        "відповідь, значення, визначення, переклад, приклад, зворотна сторона",
        "мітки, теги",
    ),
)
_LANGUAGES = tuple(
    {_plain(name): role for role, names in roles.items() for name in names.split(", ")}
    for roles in (
        _ENGLISH,
        *({Role.FRONT: fronts, Role.BACK: backs, Role.TAGS: tags} for fronts, backs, tags in _OTHERS),
    )
)
_ANY = {name: role for names in reversed(_LANGUAGES) for name, role in names.items()}


def role_of(name: str) -> Role | None:
    """What a column of that name is for, in whichever language; None: it is no name of a column."""
    return _ANY.get(_plain(name))


def of_one_language(names: Sequence[str]) -> Iterator[tuple[Role, ...]]:
    """What the columns are for, by each language in which all of these are names of columns."""
    plain = [*map(_plain, names)]
    for known in _LANGUAGES:
        roles = [known.get(name) for name in plain]
        if plain and None not in roles:
            yield tuple(role for role in roles if role is not None)
