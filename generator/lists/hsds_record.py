"""One service of HSDS, with everything embedded in it, as resources: one for each door that it has."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from generator.errors import Diagnostic, Place, error, warning
from generator.lists.cells import guess_kind, read_kind, read_languages, slug_of
from generator.lists.hsds_service import service_of
from generator.lists.numbers import Found, for_everyone, read_numbers
from generator.lists.openings import hours_of, print_until, text_of
from generator.lists.table import Outcome
from generator.model.kinds import Kind
from generator.model.resource import Resource, ResourceChange
from generator.model.written import validate
from generator.source import Document, Position, Step, Tree

Record = Mapping[str, object]
# Keys whose text is worth keeping but has no field of its own: they become notes.
_NOTES = {
    "alert": "Alert", "application_process": "How to apply", "interpretation_services": "Interpretation",
    "accreditations": "Accreditations", "licenses": "Licences", "wait_time": "Waiting time",
    "additional_info": "More", "accessibility_for_disabilities": "Access",
}  # fmt: skip
_EXCLUDED = re.compile(r"exclude[ds]?[ _-]+from[ _-]+(?:print|directory)", re.I)
_LONGEST = 2000  # of a text in our model
_LONGEST_PURPOSE = 60


class _Draft(Struct):
    """A resource in the making: its tree, and what was guessed or left out."""

    tree: dict[str, Tree]
    notes: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def outcomes_of(
    service: Record, number: int, *, place: Place, country: str, kinds: Mapping[str, Kind]
) -> Iterator[Outcome]:
    """Yield what becomes of one service: a resource for each place where it is given, or why there is none."""
    own = service.get("handbill")
    if isinstance(own, dict):
        restored = _restored(own, number, place, country)
        if restored.resource is not None and _is_unchanged(service, restored.resource):
            yield restored
            return
    name = text_of(service, "name") or f"record {number}"
    reason = _why_not(service)
    if reason:
        message = f'record {number}, "{name}", {reason}'
        yield Outcome(number, _id(service, name), None, (error("rejected-row", message, place=place),))
        return
    doors = _doors(service)
    for door in doors:
        draft = _draft(service, door, country, kinds, several=len(doors) > 1)
        yield _validated(draft, number, place, country)


def records(value: object) -> list[Record]:
    """Return the records of a list, or of one record."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]


def _why_not(service: Record) -> str:
    status = text_of(service, "status").lower()
    if status and status != "active":
        return f"is {status}" + ("; only active services are printed" if " service" not in status else "")
    terms = " ".join(_terms(service))
    flag = next((key for key, value in service.items() if _EXCLUDED.search(key) and value not in _FALSE), "")
    if flag or _EXCLUDED.search(terms):
        return "is marked as excluded from printed directories"
    return "" if text_of(service, "name") else "has no name"


_FALSE = (False, None, "", "0", "false", "False", "no")


def _doors(service: Record) -> list[Record]:
    """Return the places where a service is given, one empty one when it has none with an address."""
    places = records(service.get("service_at_locations"))
    places += [{"location": one} for one in records(service.get("locations"))]
    real = [one for one in places if _address(_location(one))]
    return real or places[:1] or [{}]


def _location(at_location: Record) -> Record:
    location = at_location.get("location")
    return location if isinstance(location, dict) else {}


def _id(service: Record, name: str) -> str:
    return slug_of(text_of(service, "id")) or slug_of(name)


def _draft(service: Record, door: Record, country: str, kinds: Mapping[str, Kind], *, several: bool) -> _Draft:
    found = service.get("organization")
    organization: Record = found if isinstance(found, dict) else {}
    location = _location(door)
    draft = _Draft({"id": _own_id(service, door, several=several)})
    _describe(draft, service, organization, location, several=several)
    address = _address(location)
    local = text_of(address, "country").upper()
    country = local if re.fullmatch("[A-Z]{2}", local) else country
    _reach(draft, service, door, organization, country)
    _place(draft, service, location, address)
    schedules = next((s for one in (door, service, location) if (s := _schedules(one))), [])
    hours, guess = hours_of(schedules)
    _put(draft, "hours", hours)
    draft.guesses += [guess] if guess else []
    draft.notes += [f"Hours: {notes}" for one in schedules if (notes := text_of(one, "notes"))]
    _put(draft, "print_until", print_until(schedules))
    _classify(draft, service, kinds)
    _date(draft, service)
    return draft


def _own_id(service: Record, door: Record, *, several: bool) -> str:
    fallback = f"{text_of(service, 'id')} {text_of(_location(door), 'name')}"
    return slug_of(text_of(door, "id") or fallback) if several else _id(service, text_of(service, "name"))


def _schedules(record: Record) -> list[Record]:
    return [one for key in ("schedules", "regular_schedules", "regular_schedule") for one in records(record.get(key))]


def _put(draft: _Draft, key: str, value: Tree) -> None:
    if value:
        draft.tree[key] = value


def _describe(draft: _Draft, service: Record, organization: Record, location: Record, *, several: bool) -> None:
    name, agency = text_of(service, "name"), text_of(organization, "name")
    named = f"{agency}: {name}" if agency and agency.lower() not in name.lower() else name
    site = text_of(location, "name")
    _put(draft, "name", f"{named}, {site}" if several and site and site not in named else named)
    if named != name:
        _put(draft, "short_name", name)
    description = text_of(service, "description") or text_of(organization, "description")
    _put(draft, "description", description[:_LONGEST])
    if len(description) > _LONGEST:
        draft.guesses.append(f"the description is cut after {_LONGEST} letters; write a short one")
    _put(draft, "cost", (text_of(service, "fees_description") or text_of(service, "fees"))[:_LONGEST])
    _put(draft, "for_whom", (text_of(service, "eligibility_description") or _ages(service))[:_LONGEST])
    draft.notes += [f"{said}: {text}" for key, said in _NOTES.items() if (text := text_of(service, key))]
    also = text_of(service, "alternate_name")
    draft.notes += [f"Also known as: {also}"] if also and also != name else []
    documents = [text_of(one, "document") for one in records(service.get("required_documents"))]
    draft.notes += [f"Bring: {', '.join(filter(None, documents))}"] if any(documents) else []


def _ages(service: Record) -> str:
    low, high = text_of(service, "minimum_age"), text_of(service, "maximum_age")
    if low and high:
        return f"Ages {low} to {high}"
    return f"Ages {low} and over" if low else f"Up to age {high}" if high else ""


def _reach(draft: _Draft, service: Record, door: Record, organization: Record, country: str) -> None:
    """Put every number once; those of the organisation and of its people only when there are no others."""
    near = [*_phones(door), *_phones(service), *_phones(_location(door))]
    people = [phone for one in (door, service) for person in records(one.get("contacts")) for phone in _phones(person)]
    phones: dict[tuple[str, str], Tree] = {}
    texts: dict[tuple[str, str], Tree] = {}
    for phone in near or _phones(organization) or people:
        for found in _numbers(draft, phone, country):
            tags = _tags(phone.get("languages"), draft)
            key = (re.sub(r"\D", "", found.number), found.extension + found.menu + found.keyword)
            if found.calling:
                phones.setdefault(key, _line(found, tags, extension=found.extension, menu=found.menu))
            if found.texting:
                texts.setdefault(key, _line(found, tags, keyword=found.keyword))
    _put(draft, "phones", list(phones.values()))
    _put(draft, "texts", list(texts.values()))
    _put(draft, "url", _first("url", service, {"url": organization.get("website")}, organization))
    _put(draft, "email", _first("email", service, organization))


def _phones(record: Record) -> list[Record]:
    return records(record.get("phones"))


def _first(key: str, *found: Record) -> str:
    return next((text for one in found if (text := text_of(one, key))), "")


def _line(found: Found, languages: Sequence[str], **more: str) -> Tree:
    tree: dict[str, Tree] = {"number": found.number, **{key: value for key, value in more.items() if value}}
    tags: list[Tree] = [found.language] if found.language else [*languages]
    tree |= {"languages": tags} if tags else {}
    tree |= {"for": {"": found.purpose}} if found.purpose else {}
    return {**tree, "guessed": "true"} if found.guessed else tree


def _numbers(draft: _Draft, phone: Record, country: str) -> Iterator[Found]:
    """Yield the numbers of one phone record; what its description says is a guess, as the standard has no keys."""
    written, type_ = text_of(phone, "number"), text_of(phone, "type").lower()
    if not written:
        return
    if type_ == "fax":
        draft.notes.append(f"Fax: {written}")
        return
    read = read_numbers(written, country, texting=type_ in {"text", "sms"})
    draft.problems += [f"phone: {problem}" for problem in read.problems]
    draft.notes += [f"Phone (not understood): {written}"] if read.problems else []
    described = text_of(phone, "description")
    for one in read.found:
        extension = one.extension or re.sub(r"\.0+$", "", text_of(phone, "extension"))
        found = replace(one, extension=extension if one.calling else "")
        found = replace(found, purpose="TTY" if type_ == "textphone" else "")
        yield from for_everyone(_with_description(draft, found, described, country))


def _with_description(draft: _Draft, found: Found, described: str, country: str) -> Found:
    if not described:
        return found
    said = read_numbers(f"{described} {found.number}", country) if found.texting else None
    after = read_numbers(f"{found.number} {described}", country)
    keyword = said.found[-1].keyword if said and said.found else ""
    pressing = next((one for one in after.found if one.menu and found.calling), None)
    if keyword or pressing:
        menu, language = (pressing.menu, pressing.language) if pressing else ("", "")
        draft.guesses.append(f'"{described}" is taken for: {keyword or "press " + menu}')
        return replace(found, keyword=keyword, menu=menu, language=language, guessed=True)
    if len(described) <= _LONGEST_PURPOSE:
        return replace(found, purpose=found.purpose or described)
    draft.notes.append(f"{found.number}: {described}")
    return found


def _tags(languages: object, draft: _Draft) -> list[str]:
    tags: list[str] = []
    for one in records(languages):
        code = text_of(one, "code").lower()
        if re.fullmatch(r"[a-z]{2,3}", code):
            tags.append(code)
            continue
        read = read_languages(text_of(one, "name") or text_of(one, "language"))
        tags += read.value if isinstance(read.value, list) else []
        draft.problems += [read.problem] if read.problem else []
    return list(dict.fromkeys(tags))


def _address(location: Record) -> Record:
    """Return a location's address for visits: physical before postal, of HSDS 3 or in the tables of 2."""
    found = [one for one in records(location.get("addresses")) if text_of(one, "address_type") != "virtual"]
    found.sort(key=lambda one: text_of(one, "address_type") != "physical")
    found += [*records(location.get("physical_addresses")), *records(location.get("postal_addresses"))]
    return next((one for one in found if text_of(one, "address_1") or text_of(one, "city")), {})


def _place(draft: _Draft, service: Record, location: Record, address: Record) -> None:
    street = ", ".join(part for key in ("address_1", "address_2") if (part := text_of(address, key)))
    parts = {"street": street, "city": text_of(address, "city"), "region": text_of(address, "state_province")}
    parts["postal_code"] = text_of(address, "postal_code")
    _put(draft, "address", {key: value for key, value in parts.items() if value})
    draft.notes += [f"Getting there: {text}" for text in [text_of(location, "transportation")] if text]
    draft.notes += [
        f"Access: {text}" for one in records(location.get("accessibility")) if (text := text_of(one, "description"))
    ]
    area: dict[str, Tree] = {}
    country = text_of(address, "country").upper()
    area |= {"country": country} if re.fullmatch("[A-Z]{2}", country) else {}
    served = [text_of(one, "name") or text_of(one, "service_area") for one in _areas(service)]
    counties = [match[1] for name in served if (match := re.fullmatch(r"(.{2,60}) County", name))]
    if len(counties) == len(served) == 1:
        area["county"] = counties[0]
    else:
        draft.notes += [f"Area served: {name}" for name in dict.fromkeys(filter(None, served))]
    area |= _point(draft, location)
    _put(draft, "area", area)


def _areas(service: Record) -> list[Record]:
    return [*records(service.get("service_areas")), *records(service.get("service_area"))]


def _point(draft: _Draft, location: Record) -> dict[str, Tree]:
    latitude, longitude = text_of(location, "latitude"), text_of(location, "longitude")
    if not latitude or not longitude:
        return {}
    try:
        there = (float(latitude), float(longitude))
    except ValueError:
        there = (999.0, 999.0)
    if abs(there[0]) > 90 or abs(there[1]) > 180 or there == (0.0, 0.0):
        draft.guesses.append(f"latitude {latitude} and longitude {longitude} are no place on the map; left out")
        return {}
    return {"point": {"latitude": latitude, "longitude": longitude}}


def _terms(service: Record) -> Iterator[str]:
    """Yield the names of the categories of a service, in HSDS 3 and in 2."""
    for attribute in (*records(service.get("attributes")), *records(service.get("service_taxonomy"))):
        term = attribute.get("taxonomy_term")
        name = text_of(term, "name") if isinstance(term, dict) else text_of(attribute, "value")
        if name or text_of(attribute, "label"):
            yield name or text_of(attribute, "label")


def _classify(draft: _Draft, service: Record, kinds: Mapping[str, Kind]) -> None:
    """Give the kind that a category names, else one guessed from the words, else "other"; the rest are tags."""
    terms = list(dict.fromkeys(_terms(service)))
    reads = [read_kind(term, kinds) for term in terms]
    known = next((read for read in reads if not read.problem and not read.guess), None)
    known = known or next((read for read in reads if not read.problem), None)
    words = f"{text_of(service, 'name')} {text_of(service, 'description')}"
    kind = str(known.value) if known else guess_kind(words, kinds) or "other"
    draft.tree["kind"] = kind
    _put(draft, "tags", [tag for tag in dict.fromkeys(map(slug_of, terms)) if tag])
    if not known or known.guess:
        draft.guesses.append(known.guess if known else f'has no kind; "{kind}" is taken')
        draft.tree["guessed"] = ["kind"]
    spoken = [*records(service.get("languages"))]
    _put(draft, "languages", [*_tags(spoken, draft)])


def _date(draft: _Draft, service: Record) -> None:
    _put(draft, "checked", text_of(service, "assured_date")[:10])
    if "checked" in draft.tree:
        _put(draft, "checked_by", text_of(service, "assurer_email"))
    _put(draft, "source_date", text_of(service, "last_modified")[:10])


def _restored(own: Record, number: int, place: Place, country: str) -> Outcome:
    """Return a resource that Handbill itself exported: its own tree stands in the record whole."""
    shape = Resource if "name" in own and "kind" in own else ResourceChange
    document = Document(place.path or Path(), as_tree(own))
    resource, found = validate(shape, document, context={"country": country})
    return Outcome(number, str(own.get("id", "")), resource, found)


def _is_unchanged(service: Record, resource: ResourceChange) -> bool:
    """Return whether the standard's own fields still say what was exported: who edits those means them."""
    return all(service.get(key) == value for key, value in service_of(resource).items() if key != "handbill")


def as_tree(value: object) -> Tree:
    """Return what JSON holds as a tree of text."""
    if isinstance(value, dict):
        return {str(key): as_tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_tree(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _validated(draft: _Draft, number: int, place: Place, country: str) -> Outcome:
    """Return the draft as a resource without the facts that the model refuses, each named and kept as a note."""
    name, id_ = str(draft.tree.get("name", "")), str(draft.tree["id"])
    area = draft.tree.get("area")
    local = area.get("country") if isinstance(area, dict) else None
    found: list[Diagnostic] = []
    for _ in range(8):
        resource, refused = validate(Resource, _document(draft, place), context={"country": local or country})
        if resource is not None:
            return Outcome(number, id_, resource, tuple(_said(draft, number, name, place)) + tuple(found))
        keys = {key for key in draft.tree if any(one.place.column == _column(draft, key) for one in refused)}
        keys -= {"id", "name", "kind"}
        if not keys:
            break
        for key in sorted(keys):
            draft.notes.append(f"{key} (not understood): {draft.tree.pop(key)}"[:_LONGEST])
        found += [error("rejected-cell", f'record {number}, "{name}": {one.message}', place=place) for one in refused]
    reason = "; ".join(one.message.removeprefix("the file: ") for one in refused)
    message = f'record {number}, "{name}", cannot be used: {reason}'
    found.append(error("rejected-row", message, place=place))
    return Outcome(number, id_, None, (*_said(draft, number, name, place), *found))


def _column(draft: _Draft, key: str) -> int:
    return list(draft.tree).index(key) + 1


def _document(draft: _Draft, place: Place) -> Document:
    """Return the draft as a document in which every key has a column of its own, so that errors lead back."""
    tree = dict(draft.tree)
    values: dict[tuple[Step, ...], Position] = {(): (1, 0)}
    values |= {(key,): (1, index) for index, key in enumerate(tree, 1)}
    if draft.notes:
        tree["notes"] = [note[:_LONGEST] for note in dict.fromkeys(draft.notes)]
    return Document(place.path or Path(), tree, {}, values)


def _said(draft: _Draft, number: int, name: str, place: Place) -> Iterable[Diagnostic]:
    about = f'record {number}, "{name}"'
    for guess in draft.guesses:
        yield warning("guessed-cell", f"{about}: {guess}", place=place, hint="confirm it, or correct it")
    for problem in draft.problems:
        yield error("rejected-cell", f"{about}: {problem}", place=place, hint="it is kept as a note; correct it")
