"""Ways to make a piece wrong, each on any product: rules added to its paint, or words changed in its templates.

A fault of the paint is CSS. A fault of the words takes the place of `{{ phone(...) }}` or `{{ number(...) }}` in
every template, and may use FACT for that macro call and ONE for its argument.
"""

COVER = (
    "a.phone {{ position: relative; direction: ltr }}"
    " a.phone::after {{ content: ''; position: absolute; background: {colour}; {box} }}"
)
CHECKS = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'><path d='M0 0h1v1h-1z'/></svg>"
)

PAINT = {
    # not there, or not to be seen
    "not displayed": "a.phone { display: none }",
    "kept hidden": "a.phone { visibility: hidden }",
    "opacity 0": "a.phone { opacity: 0 }",
    "nearly transparent": "a.phone { opacity: .05 }",
    "parent nearly transparent": ":has(> a.phone) { opacity: .1 }",
    "transparent colour": "a.phone { color: transparent }",
    "colour with little alpha": "a.phone { color: rgba(0, 0, 0, .04) }",
    "colour of the ground": "a.phone { background: #777777; color: #777777 }",
    "nearly the colour of the ground": "a.phone { background: #808080; color: #6B6B6B }",
    "white on white": "a.phone { background: #FFFFFF; color: #FFFFFF }",
    "pale": "a.phone { background: #FFFFFF; color: #B4B4B4 }",
    # covered
    "covered whole": COVER.format(colour="#005C62", box="inset: 0"),
    "covered in white": COVER.format(colour="#FFFFFF", box="inset: 0"),
    "one digit covered": COVER.format(colour="#FFFFFF", box="left: 0; top: 0; bottom: 0; width: .4em"),
    "0.1 mm covered": COVER.format(colour="#FFFFFF", box="right: .14em; width: .1mm; top: 0; bottom: 0"),
    "veiled": COVER.format(colour="rgba(255,255,255,.8)", box="right: 0; width: 1.1em; top: 0; bottom: 0"),
    # A panel that hides what runs over is a ground of its own, and nothing can be put behind it.
    "behind its own ground": "a.phone { position: relative; z-index: -1 } .face { background: #FFF }"
    " .panel { overflow: visible }",
    "struck through": "a.phone { text-decoration: line-through }",
    "struck by a line behind": "a.phone {"
    " background: linear-gradient(transparent 46%, #000 46%, #000 54%, transparent 54%) }",
    "struck by a line above": COVER.format(
        colour="linear-gradient(transparent 45%, #333 45%, #333 55%, transparent 55%)", box="inset: 0"
    ),
    # on a ground that is not plain
    "on a steep gradient": "a.phone { background: linear-gradient(90deg, #000, #FFF); color: #999 }",
    "on stripes": "a.phone { color: #F40;"
    " background: repeating-linear-gradient(45deg, #000, #000 .3mm, #FFF .3mm, #FFF .6mm) }",
    "on a chequered picture": f'a.phone {{ background: url("{CHECKS}") 0 0 / 1mm 1mm; color: #c00 }}',
    "on two tones": "a.phone { background: linear-gradient(90deg, #FFF, #FFF 50%, #222 50%, #222); color: #222 }",
    # cut off
    "cut at the side": "a.phone { display: inline-block; overflow: hidden; width: 1.2em; white-space: nowrap }",
    "cut below": "a.phone { display: inline-block; height: .6em; line-height: 1; overflow: hidden }",
    "cut above": "a.phone { display: inline-block; line-height: .3; overflow: hidden; height: .3em }",
    "indented away": "a.phone { display: inline-block; text-indent: -99em; overflow: hidden }",
    "off the page": "a.phone { position: absolute; left: -99in }",
    "below the page": "a.phone { position: relative; top: 99in }",
    "over the edge": ":has(> a.phone) { position: absolute; left: -.4em; top: 40% }",
    "in the unsafe margin": ":has(> a.phone) { position: absolute; left: .5mm; top: 40% }",
    # not as letters are drawn
    "mirrored": "a.phone { display: inline-block; transform: scaleX(-1) }",
    "on its head": "a.phone { display: inline-block; transform: rotate(180deg) }",
    "flipped": "a.phone { display: inline-block; transform: scaleY(-1) }",
    "shrunk": "a.phone { display: inline-block; transform: scale(.2) }",
    "squeezed": "a.phone { display: inline-block; transform: scaleX(.4) }",
    "slanted": "a.phone { display: inline-block; transform: skewX(50deg) }",
    "microscopic": "a.phone { font-size: 1pt }",
    "too small": "a.phone { font-size: 5.5pt !important }",
    "letters on each other": "a.phone { letter-spacing: -.45em }",
    "letters far apart": "a.phone { letter-spacing: 2.5em }",
    "moved onto its neighbour": "a.phone { position: relative; top: -.9em }",
    "lines on each other": ":has(> a.phone) { position: absolute; left: 30%; top: 50% }",
    "turned about": "a.phone { direction: rtl; unicode-bidi: bidi-override }",
    # more than planned
    "a digit after it": "a.phone::after { content: '0' }",
    "a digit before it": "a.phone::before { content: '1' }",
    "a number made by the paint": "h1::after { content: ' 555-0199' } h2::after { content: ' 555-0199' }",
    "an address made by the paint": "h1::after { content: ' www.example.net/x' }"
    " h2::after { content: ' www.example.net/x' }",
    # what paint cannot do here
    "blurred": "a.phone { filter: blur(2px) }",
    "blended": "a.phone { mix-blend-mode: difference }",
    "clipped by a path": "a.phone { clip-path: inset(0 50% 0 0) }",
    "first digit transparent": "a.phone { display: inline-block } a.phone::first-letter { color: transparent }",
    "replaced by the paint": "a.phone { font-size: 0 } a.phone::after { content: '555-0199'; font-size: 9pt }",
    "under a shadow": ":has(> a.phone) + * { box-shadow: 0 0 0 9in #FFF } a.phone { box-shadow: 0 0 0 9in #FFF }",
    "written over": "h1::after { content: 'DRAFT'; font-size: 90pt; position: absolute; left: 0; top: 0 }"
    " h2::after { content: 'DRAFT'; font-size: 40pt; position: absolute; left: 0; top: 0 }",
    "raised and shrunk": "a.phone { font-feature-settings: 'sups' }",
    "in another face": "a.phone { font-family: monospace }",
    # texts that are no facts
    "pale headings": "h1, h2, h1 *, h2 * { background: #FFF; color: #C4C4C4 !important }",
    "small print": "p { font-size: 3pt !important }",
    "faint text": "p { opacity: .15 }",
    "headings half covered": "h1, h2 { position: relative }"
    " h1::after, h2::after { content: ''; position: absolute; inset: 0 40% 0 0; background: #456 }",
}
CODE = {
    "code half covered": ".tile { position: relative }"
    " .tile::after { content: ''; position: absolute; background: #FFF; inset: 0 0 0 60% }",
    "code of no contrast": ".tile { opacity: .04 }",
    "pale code": ".tile { background: #FFF } .tile > * { opacity: .3 }",
    "code too small": ".tile > * { transform: scale(.3) }",
    "dark to the edge of the code": ".tile { outline: 1.2mm solid #000; outline-offset: -1.5mm }",
    "code cut off": ".tile { height: 4mm; overflow: hidden }",
    "mirrored code": ".tile > * { transform: scaleX(-1) }",
    "code away": ".tile > * { display: none }",
    "code on its own": ".tile { background: #111 !important }",
}
ALTER = 'FACT | replace(">" ~ (ONE).fact.printed, ">" ~ {})'
PRINTED = "(ONE).fact.printed"
WORDS = {
    "the last digit changed": ALTER.format(f"{PRINTED}[:-1] ~ (9 - {PRINTED}[-1] | int)"),
    "a digit left out": ALTER.format(f"{PRINTED}[:-1]"),
    "a digit doubled": ALTER.format(f"{PRINTED} ~ {PRINTED}[-1]"),
    "two digits exchanged": ALTER.format(f"{PRINTED}[1:2] ~ {PRINTED}[0:1] ~ {PRINTED}[2:]"),
    "a letter for a digit": ALTER.format(f'{PRINTED} | replace("8", "B") | replace("1", "l")'),
    "full-width digits": ALTER.format(f'{PRINTED} | replace("8", "８") | replace("1", "１")'),
    "Arabic digits": ALTER.format(f'{PRINTED} | replace("8", "٨") | replace("1", "١")'),
    "left out": '"call us"',
    "the number of another": 'FACT | replace(">" ~ (ONE).fact.printed, ">" ~ "1-800-555-0199")',
    "broken over two lines": ALTER.format(f'{PRINTED}[:2] ~ ("<br>" | safe) ~ {PRINTED}[2:]'),
    "true but hidden, false but seen": (
        '("<span style=\'font-size:0\'>" | safe) ~ FACT ~ ("</span>" | safe) ~ "555-0199"'
    ),
    "a second number beside it": 'FACT ~ " 555-0199"',
    "a link to another number": 'FACT | replace("tel:", "tel:+1900") | replace("sms:", "sms:+1900")',
    "turned about by a control character": ALTER.format(f'"\\u202e" ~ {PRINTED}'),
    "counted by the paint": '("<span style=\'counter-reset: n 5550199\'>" | safe) ~ FACT ~ ("</span>" | safe)'
    ' ~ ("<style>a.phone::after { content: counter(n) }</style>" | safe)',
    "an address beside it": 'FACT ~ " example.net"',
}
# Two at once: rules of the paint, and words.
PAIRS = {
    "covered, and a false number": (PAINT["covered whole"], WORDS["the last digit changed"]),
    "hidden, and another beside it": (PAINT["opacity 0"], WORDS["a second number beside it"]),
    "pale and cut": (PAINT["pale"] + PAINT["cut at the side"], "FACT"),
    "small and struck through": (PAINT["too small"] + PAINT["struck through"], "FACT"),
    "mirrored on stripes": (PAINT["mirrored"] + PAINT["on stripes"], "FACT"),
    "code covered, link turned": (CODE["code half covered"], WORDS["a link to another number"]),
}

# In the place of `{{ link(...) }}`.
LINKS = {
    "a letter of another script": ALTER.format(f'{PRINTED} | replace("e", "е")').replace("(ONE).fact", "(ONE)"),
    "a letter left out": ALTER.format(f"{PRINTED}[:-1]").replace("(ONE).fact", "(ONE)"),
    "another address": '"example.net/other"',
    "cut short": ALTER.format(f'{PRINTED}[:6] ~ "…"').replace("(ONE).fact", "(ONE)"),
}
