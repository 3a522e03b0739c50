"""Does a text read as code? By its text alone, for cells in which the author marked nothing.

Careful in one direction: code that is taken for prose still reads, prose that is taken for code does not.
"""

import re


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that stand side by side in code, where two others side by side are prose.
_KEYWORDS = _set_of("""
    and as assert async auto await bool break case catch char class const continue def del do double elif else enum
    except export extends extern False final finally float fn for from func function global if impl import in int
    interface is lambda let long match mut namespace new None nonlocal not null or package pass pub private
    protected public raise return self short sizeof static struct super switch this throw True try type typedef
    union unsigned use using val var virtual void while with yield SELECT FROM WHERE AND OR NOT NULL IN IS AS ON
    JOIN LEFT RIGHT INNER OUTER GROUP ORDER BY HAVING LIMIT INSERT INTO VALUES UPDATE SET DELETE CREATE ALTER DROP
    TABLE INDEX VIEW PRIMARY KEY UNIQUE DISTINCT UNION ALL CASE WHEN THEN ELSE END ASC DESC EXISTS BETWEEN LIKE
    DEFAULT REFERENCES FOREIGN
""")
# Longer is prose; also keeps the patterns below from running for seconds on text made to that end.
_LONGEST_LINE = 200
_STRING = re.compile(r"""(?<![\w)\]])(?:"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)(?!\w)""")
_COMMENT = re.compile(r"(?:^|\s)(?:#(?!include\b|define\b|!)|//|--\s).*$")
_TWO_WORDS = re.compile(r"(?<![\w.])(?=([^\W\d_]{2,}['’]?[^\W\d_]*) ([^\W\d_]{2,})(?![\w.(\[]\w*))")
_SENTENCE_END = re.compile(
    r"[^\W\d_]{2,}[.!](?:\s|$)|[\w)]\?(?:\s|$)|[,:]\s+[^\W\d_]+\s[^\W\d_]+\s[^\W\d_]+"  # "a ? b : c" has a space there
)
_MATHEMATICS = re.compile(r"[^\x00-\x7f]|\w'|\bd/d\w")
_PROMPT = re.compile(r"\s*(?:\$\s+[a-z]|>>>\s)")
_CODE_MARKS = re.compile(
    r"""[\w)\]]\.[A-Za-z_]\w*\(             # x.method(
    | \b[A-Za-z_]\w*\(\)                    # call()
    | \b[A-Za-z]\w*_\w*\(                   # snake_case(
    | [A-Za-z_]\w*\([^()]*\w\s?=\s?[^=\s]   # call(option=value
    | [A-Za-z_]\w*\(.*\u0000                # call("text"
    | [\w)\]]\s*(?:==|!=|:=|\+=|-=|\*=|&&|\|\|)\s*[\w(\[\u0000-]
    | \)\s*(?:->|=>)\s*[\w({]               # what a function gives
    | [\w)\]]\[[^\]]*:[^\]]*\]              # x[1:2]
    | \[.+\sfor\s.+\sin\s.+\]
    | ^\s*[A-Za-z_][\w.,\ ]*\s=\s(?:\u0000|[A-Za-z_]\w*(?:\.\w+)+|True\b|False\b|None\b|new\s)
    | ^\s*[A-Za-z]\w+\s=\s[\[{] | ^\s*[A-Za-z]\s=\s[\[{]\u0000
    | [=(].*;\s*$ | [)\w]\s*\{\s*$ | ^\s*[})\]]+[;,]?\s*$
    | ^\s*(?:async\s+)?(?:def|fn|func|function)\s+\w+\s*\(
    | ^\s*class\s+[A-Z]\w*\s*[:({]
    | ^\s*(?:import\s+[a-z][\w.]*(?:\s+as\s+\w+)?|from\s+[\w.]+\s+import\s+.+)$
    | ^\s*for\s.+\sin\s.+:\s*$ | ^\s*(?:if|elif|while|with)\s.*[(=<>\[\u0000].*:\s*$
    | ^\s*(?:return|yield|raise|assert)\s.*[(\[.+*/=<>]
    | ^\s*(?:const|let|var)\s+\w+\s*=
    | ^\s*\#\s?(?:include|define)\b
    | ^\s*SELECT\s.+\sFROM\s | ^\s*(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\s
    | ^\s*(?:CREATE|ALTER|DROP)\s+(?:TABLE|INDEX|VIEW|DATABASE)\s""",
    re.VERBOSE,
)
_DOTTED_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_INNER_MARK = re.compile(r"[a-z0-9][A-Z]|[A-Za-z0-9]_[A-Za-z0-9]")
_WHOLE_CALL = re.compile(r"([A-Za-z_]\w{2,})\(([^()]*)\)")
_KNOWN_CALLS = _set_of("""
    abs bool bytes dict enumerate filter float free input int isinstance len list malloc map next open print printf
    range repr reversed round set sizeof sorted str sum super tuple type zip
""")
_FUNCTIONS_OF_MATHEMATICS = _set_of("""
    arccos arcsin arctan arg cos cosh cot cov csc deg det diag dim exp gcd inf ker lcm lim log max min mod rank sec
    sin sinh sqrt sup tan tanh var
""")


def is_codelike(text: str) -> bool:
    """True when every line can be code and at least one hardly can be anything else."""
    written = text.split("\n")
    if max(map(len, written)) > _LONGEST_LINE:
        return False
    lines = [line for line in map(_bare, written) if line.strip()]
    return bool(lines) and not any(map(_reads_as_prose, lines)) and any(map(_is_marked, lines))


def _bare(line: str) -> str:
    """The line without comments, and with each string as one NUL: what is quoted says nothing about the look."""
    return _COMMENT.sub("", _STRING.sub("\u0000", line))


def _reads_as_prose(line: str) -> bool:
    if _PROMPT.match(line):
        return False
    if _MATHEMATICS.search(line) or _SENTENCE_END.search(line):
        return True
    return any(first not in _KEYWORDS and second not in _KEYWORDS for first, second in _TWO_WORDS.findall(line))


def _is_marked(line: str) -> bool:
    line = line.strip()
    if _PROMPT.match(line) or _CODE_MARKS.search(line):
        return True
    if _DOTTED_NAME.fullmatch(line):
        return bool(_INNER_MARK.search(line))
    call = _WHOLE_CALL.fullmatch(line)
    if not call or call[1].lower() in _FUNCTIONS_OF_MATHEMATICS:
        return False
    return call[1] in _KNOWN_CALLS or bool(re.search(r"[^\sA-Za-z]", call[2]))
