"""Choose an edition's resources and put its pieces together, with what was found about each."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from generator.errors import Diagnostic, Place, advice, error, warning
from generator.keeping import OfObjects
from generator.lists.choose import Choice, Wish, choose
from generator.lists.freshness import Judged, judge_one, listed_once, oldest_check, verdict
from generator.lists.merge import Listed, merge, unknown_changes
from generator.model.edition import Edition
from generator.model.words import WordList
from generator.plan.listing import list_resource
from generator.plan.passages import passages_of
from generator.plan.piece import Fact, Listing, OtherLanguage, Passage, Piece, System
from generator.project import Project

# Letter and tabloid paper are what offices in these countries own; everywhere else it is A4 and A3.
US_PAPER_COUNTRIES = frozenset({"US", "CA"})
DEFAULT_THEME = "harbor"
_LISTINGS = OfObjects[Listing]()  # a national service is printed by many editions, and is then one and the same


class EditionChooser:
    """Choose an edition's resources once, then hand out its pieces."""

    def __init__(self, project: Project, edition_id: str, edition: Edition, today: date) -> None:
        self.project, self.edition_id, self.edition, self.today = project, edition_id, edition, today
        self.country = project.country_of(edition)
        self.system: System = "us" if self.country in US_PAPER_COUNTRIES else "iso"
        named = [(name, part) for name in project.lists_of(edition) for part in project.lists.get(name, ())]
        self.listed = merge(named)
        self.found = unknown_changes(named)
        # What the pieces of an edition have in common is made once, and is one and the same value in all of them.
        self._choices: dict[str, Choice] = {}
        self._verdicts: dict[int, tuple[Listed, Judged]] = {}
        self._passages_in: dict[str, tuple[Passage, ...]] = {}

    def piece(self, language: str, product_id: str, size_id: str | None = None) -> tuple[Piece, tuple[Diagnostic, ...]]:
        """Return one piece of this edition, and what was found about it."""
        product = self.project.products[product_id].value
        choice = self._choices.get(language) or self._choices.setdefault(language, self.choice(language))
        heads = {one.id for one in (choice.lead, choice.second) if one}
        local = [one for one in choice.local if one.id not in heads]
        national = [one for one in choice.national if one.id not in heads]
        kept = local[: product.room.local]
        kept_national = national[: product.room.national_beside(len(kept))]
        piece = _sized(self._piece(language, product_id, choice, kept, kept_national), size_id)
        crowded_out = (*local[len(kept) :], *national[len(kept_national) :])
        piece = replace(
            piece,
            left_out=tuple(one.id for one in crowded_out),
            passages=self._passages(language),
            words=self.project.words.get(language, WordList()),
        )
        printed = _printed(choice, kept, kept_national)
        found = (*self._judge(printed, piece), *self._check_words(piece), *self._check_needs(piece))
        return piece, tuple(one.of_piece(piece.name) for one in found)

    def choice(self, language: str, *, most: int | None = None) -> Choice:
        """Return what the edition prints in a language, before a product's room cuts it."""
        return choose(self.listed, replace(self.wish(language), most=most), kinds=self.project.kinds)

    def wish(self, language: str) -> Wish:
        """Return what the edition asks for in a language."""
        place = self.edition.place
        return Wish(
            language=language,
            country=self.country,
            region=place.region,
            county=place.county,
            postal_codes=place.postal_codes,
            point=place.point,
            kinds=self.edition.kinds,
            tags=self.edition.tags,
            audience=self.edition.audience,
            pin=self.edition.pin,
            hide=self.edition.hide,
        )

    def _piece(
        self,
        language: str,
        product_id: str,
        choice: Choice,
        local: Sequence[Listed],
        national: Sequence[Listed],
    ) -> Piece:
        project, edition = self.project, self.edition
        product = project.products[product_id].value
        brand = project.brands[edition.brand].value if edition.brand else None
        place = edition.place.name
        return Piece(
            edition_id=self.edition_id,
            product_id=product_id,
            language_id=language,
            country=self.country,
            system=self.system,
            size=product.size.of(self.system),
            bleed=product.bleed.mm,
            safe=product.safe.mm,
            edition=edition,
            product=product,
            language=project.languages[language].value,
            guide=project.guides[(edition.guide, language)].value,
            theme=project.themes[edition.theme or DEFAULT_THEME].value,
            brand=brand,
            place_name=place.text(language) if place else edition.place.county or edition.place.region,
            lead=self._listing(choice.lead, language),
            second=self._listing(choice.second, language),
            emergency=self._listing(choice.emergency, language),
            local=tuple(self._list(one, language) for one in local),
            national=tuple(self._list(one, language) for one in national),
            more_help=_more_help(edition),
            checked=oldest_check(_printed(choice, local, national)),
            today=self.today,
            kinds=self._kinds(language),
            other=self._other_language(language),
        )

    def _passages(self, language: str) -> tuple[Passage, ...]:
        """Return what is written for a language and may be printed, placed as people see it."""
        if language not in self._passages_in:
            self._passages_in[language] = self._read_passages(language)
        return self._passages_in[language]

    def _read_passages(self, language: str) -> tuple[Passage, ...]:
        project, edition = self.project, self.edition
        brands = [project.brands[edition.brand]] if edition.brand else []
        others = (project.languages[language], project.editions[self.edition_id], *brands)
        of_guide = passages_of(project.guides[(edition.guide, language)].document, project.roots, is_guide=True)
        return (*of_guide, *(passage for one in others for passage in passages_of(one.document, project.roots)))

    def _kinds(self, language: str) -> dict[str, str]:
        """Return the label of each kind in a language, in the order of kinds."""
        ordered = sorted(self.project.kinds.items(), key=lambda item: (item[1].order, item[0]))
        return {name: kind.label.text(language) for name, kind in ordered}

    def _other_language(self, language: str) -> OtherLanguage | None:
        """Return the first other language of the edition."""
        other = next((one for one in self.edition.languages if one != language), None)
        return OtherLanguage(other, self.project.languages[other].value, self._kinds(other)) if other else None

    def _listing(self, listed: Listed | None, language: str) -> Listing | None:
        return self._list(listed, language) if listed else None

    def _list(self, listed: Listed, language: str) -> Listing:
        kind = self.project.kinds[listed.resource.kind]
        made_of = (listed.resource, kind)
        make = partial(list_resource, listed, language, kind=kind)
        return _LISTINGS.get(made_of, make, listed.country, listed.scope, language)

    def _judge(self, printed: Iterable[Listed], piece: Piece) -> Iterator[Diagnostic]:
        if piece.product.is_for_checking:
            return  # it has to be to hand when everything is too old to be printed
        yield from verdict(map(self._judged, listed_once(printed)), self.project.settings.freshness)
        replace_after = self.edition.replace_after
        if replace_after and self.today > replace_after:
            message = f"the edition was to be replaced after {replace_after}, and today is {self.today}"
            hint = "check its numbers, then write a later replace_after"
            yield error("expired-edition", message, place=self._place("replace_after"), hint=hint)
        yield from self._untranslated(printed, piece.language_id)

    def _judged(self, listed: Listed) -> Judged:
        known = self._verdicts.get(id(listed))  # held beside its verdict, so that its id stays its own
        if known is None:
            policy, kinds = self.project.settings.freshness, self.project.kinds
            known = self._verdicts[id(listed)] = (listed, judge_one(listed, policy, kinds=kinds, today=self.today))
        return known[1]

    def _untranslated(self, printed: Iterable[Listed], language: str) -> Iterator[Diagnostic]:
        missing = [one.id for one in printed if not one.resource.name.has(language)]
        if missing:
            message = f"printed with a name in another language than {language}: {', '.join(missing)}"
            hint = f"write the name in {language} too: name: {{en: ..., {language}: ...}}"
            yield advice("untranslated-name", message, hint=hint)

    def _check_words(self, piece: Piece) -> Iterator[Diagnostic]:
        guide = self.project.guides[(self.edition.guide, piece.language_id)]
        parts = (("guide", guide.value.status, guide.path), self._language_part(piece.language_id))
        for noun, status, path in parts:
            if status == "draft":
                place = Place(self.project.roots.shown(path))
                message = f"the {noun} in {piece.language.english_name} is a draft that nobody has reviewed"
                hint = "let a fluent reader check it, then write status: reviewed and reviewed_by: their name"
                yield warning(f"draft-{noun}", message, place=place, hint=hint)

    def _language_part(self, language: str) -> tuple[str, str, Path]:
        loaded = self.project.languages[language]
        return ("language", loaded.value.status, loaded.path)

    def _check_needs(self, piece: Piece) -> Iterator[Diagnostic]:
        carried = {one.kind for one in piece.listings}
        for kind in piece.product.needs:
            is_there = kind in carried or (kind == "crisis" and piece.lead is not None)
            if not is_there:
                message = f"a {piece.product_id} may not appear without a resource of kind {kind}, and none was chosen"
                hint = f"add one to the lists {', '.join(self.project.lists_of(self.edition))}"
                yield error("missing-kind", message, place=self._place("lists"), hint=hint)

    def _place(self, key: str) -> Place:
        place = self.project.editions[self.edition_id].document.place_of_key((key,))
        return self.project.roots.shown_place(place)


def _sized(piece: Piece, size_id: str | None) -> Piece:
    """Return a piece in one of its product's sizes."""
    if size_id is None:
        return piece
    chosen = piece.product.sizes[size_id]
    return replace(piece, size=chosen.size, size_id=size_id, magnify=chosen.magnify)


def _more_help(edition: Edition) -> Fact | None:
    link = edition.more_help
    return Fact("url", "more-help", link.url, link.printed, link.checked, link.checked_by) if link else None


def _printed(choice: Choice, local: Iterable[Listed], national: Iterable[Listed]) -> tuple[Listed, ...]:
    heads = (one for one in (choice.lead, choice.second, choice.emergency) if one)
    return tuple({one.id: one for one in (*heads, *local, *national)}.values())
