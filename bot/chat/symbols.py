"""What LaTeX's commands are as characters of Unicode, by what they do in a formula."""


def _pairs(text: str) -> dict[str, str]:
    names = text.split()
    return dict(zip(names[::2], names[1::2], strict=True))


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ORDINARY = _pairs(r"""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
    nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ
    omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
    infty ∞ partial ∂ nabla ∇ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ wp ℘ emptyset ∅ varnothing ∅ angle ∠ triangle △ square □
    top ⊤ bot ⊥ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ prime ′ degree ° ldots … dots … dotsc … cdots ⋯ dotsb ⋯ vdots ⋮
    imath ı jmath ȷ Box □ Diamond ◇ checkmark ✓ dagger † ddagger ‡ S § pounds £ euro € star ⋆ complement ∁ Vert ‖ vert |
    $ $ % % # # _ _ & & | ‖ AA Å ss ß o ø mho ℧ hslash ℏ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠
    R ℝ N ℕ Z ℤ Q ℚ C ℂ flat ♭ sharp ♯ natural ♮ copyright © surd √ measuredangle ∡ lightning ↯ bigcirc ◯ blacksquare ■
""")
BINARY = _pairs(r"""
    pm ± mp ∓ times × div ÷ cdot · ast ∗ circ ∘ bullet ∙ cap ∩ cup ∪ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧
    setminus ∖ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ uplus ⊎ amalg ⨿ rtimes ⋊ ltimes ⋉ bmod mod
""")
RELATIONS = _pairs(r"""
    leq ≤ le ≤ leqslant ⩽ geq ≥ ge ≥ geqslant ⩾ neq ≠ ne ≠ equiv ≡ sim ∼ simeq ≃ approx ≈ cong ≅ propto ∝ ll ≪ gg ≫
    lt < gt > subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ nsubseteq ⊈ in ∈ notin ∉ ni ∋ mid ∣ nmid ∤ parallel ∥
    perp ⊥ models ⊨ vDash ⊨ vdash ⊢ dashv ⊣ prec ≺ succ ≻ preceq ⪯ succeq ⪰ asymp ≍ doteq ≐ coloneqq ≔ triangleq ≜
    to → rightarrow → gets ← leftarrow ← leftrightarrow ↔ uparrow ↑ downarrow ↓ mapsto ↦ longrightarrow ⟶
    longleftarrow ⟵ longmapsto ⟼ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ impliedby ⟸ iff ⟺ Longrightarrow ⟹
    Longleftrightarrow ⟺ rightleftharpoons ⇌ hookrightarrow ↪ twoheadrightarrow ↠ nearrow ↗ searrow ↘ rightharpoonup ⇀
    therefore ∴ because ∵ lesssim ≲ gtrsim ≳ trianglelefteq ⊴ vartriangleleft ⊲ longleftrightarrow ⟷ upharpoonright ↾
""")
OPENING = _pairs(r"{ { lbrace { lbrack [ langle ⟨ lceil ⌈ lfloor ⌊ lvert | lVert ‖ lparen (")
CLOSING = _pairs(r"} } rbrace } rbrack ] rangle ⟩ rceil ⌉ rfloor ⌋ rvert | rVert ‖ rparen )")
BIG = _pairs(r"""
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂
    bigsqcup ⨆
""")
NAMES = _set("""
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth log ln lg exp deg dim ker arg hom erf sgn tr
""")
WITH_LIMITS = _set("lim max min sup inf limsup liminf argmax argmin det gcd Pr")
SPACES = frozenset([",", ";", ":", ">", " ", "quad", "qquad", "enspace", "thinspace", "space", "~"])
NOTHING = frozenset([
    "!", "displaystyle", "textstyle", "limits", "nolimits", "left", "right", "big", "Big", "bigg", "Bigg", "bigl",
    "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "nonumber", "rm", "/",
])  # fmt: skip
NOT = {"=": "≠", "∈": "∉", "⊂": "⊄", "⊆": "⊈", "≡": "≢", "∼": "≁", "≈": "≉", "<": "≮", ">": "≯", "∣": "∤", "∃": "∄"}
# Telegram takes three combining marks out of every text, the ring above among them: they have no place here.
ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305", "tilde": "\u0303",
    "widetilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "acute": "\u0301",
    "grave": "\u0300", "underline": "\u0332", "breve": "\u0306",
}  # fmt: skip
PLAIN = _set("""
    text mathrm textrm operatorname mathit textit mathnormal mbox mathsf textsf mathtt texttt textnormal
""")
VULGAR = {
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "2/5": "⅖", "3/5": "⅗", "4/5": "⅘",
    "1/6": "⅙", "5/6": "⅚", "1/7": "⅐", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞", "1/9": "⅑", "1/10": "⅒",
}  # fmt: skip


def _alphabet(capitals: int, small: int, digits: int = 0, exceptions: str = "") -> dict[str, str]:
    letters = {chr(ord("A") + at): chr(capitals + at) for at in range(26)}
    letters |= {chr(ord("a") + at): chr(small + at) for at in range(26)} if small else {}
    letters |= {chr(ord("0") + at): chr(digits + at) for at in range(10)} if digits else {}
    return letters | {pair[0]: pair[1] for pair in exceptions.split()}


_BOLD_GREEK = dict(zip(
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ∇αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ", map(chr, range(0x1D6A8, 0x1D6E2)), strict=True
)) | {"Θ": "\U0001d6af"}  # fmt: skip
_BOLD = _alphabet(0x1D400, 0x1D41A, 0x1D7CE) | _BOLD_GREEK
_SCRIPT = _alphabet(0x1D49C, 0x1D4B6, 0, "Bℬ Eℰ Fℱ Hℋ Iℐ Lℒ Mℳ Rℛ eℯ gℊ oℴ")
ALPHABETS = {
    "mathbf": _BOLD, "boldsymbol": _BOLD, "bm": _BOLD, "textbf": _BOLD, "bf": _BOLD, "pmb": _BOLD,
    "mathbb": _alphabet(0x1D538, 0x1D552, 0x1D7D8, "Cℂ Hℍ Nℕ Pℙ Qℚ Rℝ Zℤ"),
    "mathcal": _SCRIPT, "mathscr": _SCRIPT,
    "mathfrak": _alphabet(0x1D504, 0x1D51E, 0, "Cℭ Hℌ Iℑ Rℜ Zℨ"),
}  # fmt: skip
