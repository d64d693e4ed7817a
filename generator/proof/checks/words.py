"""Words that people can read, that hurt nobody, and that say what to do."""

from collections.abc import Iterator, Sequence

from generator.errors import Diagnostic, Place
from generator.plan import Passage
from generator.proof.expected import Expected
from generator.proof.flow import Flow, box_of
from generator.proof.matching import sight
from generator.proof.opened import OpenedPdf
from generator.proof.readability import measure, school_grade, sentences_of, spanish_ease, words_of
from generator.proof.thresholds import finding
from generator.proof.wording import uses_in

# Parts of a guide that name something to do.
ACTIONS = frozenset({"tips", "crisis", "checklist", "self_care", "summary"})
RUNNING = 4  # words
Printed = tuple[Passage, int, int]  # a passage, and where it starts and ends in the flow


def check(pdf: OpenedPdf, expected: Expected) -> tuple[Diagnostic, ...]:
    """Return what could be said better, and an error when a crisis line is missing that has to be there."""
    printed = [(one, start, end) for one in expected.passages for start, end in pdf.flow.spans(one.text)]
    running = tuple(dict.fromkeys(one for one, _, _ in printed if _is_running(one)))
    return (
        *_without_crisis(pdf, expected),
        *_better(pdf, expected, printed),
        *_long_sentences(pdf, running, expected.limits.sentence_words),
        *_hard_to_read(running, expected),
        *_unfinished(running, expected),
    )


def _is_running(passage: Passage) -> bool:
    """Return whether a text of the guide is more than a label, which may stand inside any other text."""
    return bool(passage.part) and not passage.is_left_out and len(words_of(passage.text)) >= RUNNING


def _without_crisis(pdf: OpenedPdf, expected: Expected) -> Iterator[Diagnostic]:
    wanted = expected.crisis
    if wanted and not any(sight(text, wanted) for text in pdf.texts):
        message = f"no crisis line is on the piece; it may not appear without one, such as {wanted[0].printed}"
        hint = "place piece.lead with the phone or number macro"
        yield finding("words-crisis", message, page=1, hint=hint)


def _better(pdf: OpenedPdf, expected: Expected, printed: Sequence[Printed]) -> Iterator[Diagnostic]:
    flow = pdf.flow
    for use in uses_in(flow.text, expected.words):
        around = [one for one, start, end in printed if start <= use.start and use.end <= end]
        if any(one.is_left_out for one in around):
            continue
        page, box = box_of(flow.spots(use.start, use.end), pdf.texts)
        message = f'"{flow.text[use.start : use.end]}": {use.word.why}'
        place = around[0].place if around else Place()
        yield finding("words-better", message, place=place, page=page, bbox=box, hint=f"better: {use.word.better}")


def _long_sentences(pdf: OpenedPdf, running: Sequence[Passage], most: int) -> Iterator[Diagnostic]:
    for passage in running:
        for sentence in sentences_of(passage.text):
            words = words_of(sentence)
            if len(words) > most:
                message = f'the sentence "{" ".join(words[:6])} ..." has {len(words)} words; {most} are the most'
                page, box = box_of(_spots(pdf.flow, sentence), pdf.texts)
                hint = "say it in two sentences"
                yield finding("words-long-sentence", message, place=passage.place, page=page, bbox=box, hint=hint)


def _spots(flow: Flow, text: str) -> tuple[tuple[int, int], ...]:
    return next((flow.spots(start, end) for start, end in flow.spans(text)), ())


def _hard_to_read(running: Sequence[Passage], expected: Expected) -> Iterator[Diagnostic]:
    """Yield a finding when the running text as a whole is harder than the limit, by its language's formula."""
    prose = [one.text for one in running if one.text.rstrip('"”’»)').endswith((".", "!", "?", "…"))]
    language = expected.language.partition("-")[0]
    counts, limits = measure(prose, language), expected.limits
    if counts.words < limits.least_words:
        return
    hint = "use shorter sentences and shorter, more common words"
    place = Place(running[0].place.path)
    if language == "en" and (grade := school_grade(counts)) > limits.reading_grade:
        message = f"the text reads at school grade {grade:.1f} (Flesch-Kincaid); {limits.reading_grade:g} is the most"
        yield finding("words-grade", message, place=place, hint=hint)
    if language == "es" and (ease := spanish_ease(counts)) < limits.reading_ease:
        message = f"the text has a reading ease of {ease:.0f} (INFLESZ); {limits.reading_ease:g} is the least"
        yield finding("words-grade", message, place=place, hint=hint)


def _unfinished(running: Sequence[Passage], expected: Expected) -> Iterator[Diagnostic]:
    """Yield what a longer text lacks: the main things once more in short, and something to do."""
    if sum(len(words_of(one.text)) for one in running) < expected.limits.running_words:
        return
    place = Place(running[0].place.path)
    if not any(one.part == "summary" for one in expected.passages):
        message = "the guide has no summary, so a reader cannot take in the main things at a glance"
        hint = "write summary: with a heading and about three items"
        yield finding("words-summary", message, place=place, hint=hint)
    if not ACTIONS & {one.part for one in running}:
        message = "the piece has much to read and names nothing to do"
        yield finding("words-action", message, place=place, hint="print the guide's tips or its checklist")
