"""A list as HSDS 3 JSON: what the standard has fields for, and beside it the resource as Handbill keeps it."""

import json
from collections.abc import Iterable
from typing import Any

from generator.lists.trees import tree_about, tree_of
from generator.model.resource import Hours, Phone, ResourceChange, ResourceList, TextLine
from generator.model.written import Localized

Json = dict[str, Any]  # what JSON holds has no narrower type
_BYDAY = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU"}


def to_hsds(listed: ResourceList) -> str:
    """Return a list as one page of the standard's service list; importing it gives the same list."""
    services = [service_of(entry) for entry in listed.entries]
    count = len(services)
    page = {"handbill": tree_about(listed), "total_items": count, "total_pages": 1, "page_number": 1, "size": count}
    page |= {"first_page": True, "last_page": True, "empty": not services, "contents": services}
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


def service_of(entry: ResourceChange) -> Json:
    """Return a resource as a service. Its own tree stands in `handbill`, a key that other readers pass over."""
    name = entry.name.text("en") if entry.name else entry.id
    service: Json = {"id": entry.id, "name": name, "status": "active", "organization": {"id": entry.id, "name": name}}
    service |= _texts(entry)
    service |= {"url": entry.url.url} if entry.url else {}
    service |= {"email": entry.email.email} if entry.email else {}
    service |= {"assured_date": entry.checked.isoformat()} if entry.checked else {}
    phones = [*map(_phone, entry.phones), *map(_text_line, entry.texts)]
    service |= {"phones": phones} if phones else {}
    service |= {"schedules": list(_schedules(entry.hours))} if entry.hours else {}
    service |= {"languages": [{"code": tag} for tag in entry.languages]} if entry.languages else {}
    service |= {"attributes": [{"taxonomy_term": {"name": entry.kind}}]} if entry.kind else {}
    place = _place(entry)
    service |= {"service_at_locations": [{"id": f"{entry.id}-at", "location": place}]} if place else {}
    return {**service, "handbill": tree_of(entry)}


def _texts(entry: ResourceChange) -> Json:
    named = {
        "description": entry.description,
        "fees_description": entry.cost,
        "eligibility_description": entry.for_whom,
        "alternate_name": entry.short_name,
    }
    return {key: text.text("en") for key, text in named.items() if text}


def _phone(phone: Phone) -> Json:
    said = [phone.purpose.text("en") if phone.purpose else "", f"press {phone.menu}" if phone.menu else ""]
    return _line(phone, "voice", said) | ({"extension": phone.extension} if phone.extension else {})


def _text_line(line: TextLine) -> Json:
    said = [line.purpose.text("en") if line.purpose else "", f"text {line.keyword} to" if line.keyword else ""]
    return _line(line, "text", said)


def _line(line: Phone | TextLine, type_: str, said: Iterable[str]) -> Json:
    described = ", ".join(part for part in said if part)
    found: Json = {"number": line.number, "type": type_}
    found |= {"description": described} if described else {}
    return found | ({"languages": [{"code": tag} for tag in line.languages]} if line.languages else {})


def _schedules(hours: Hours) -> Iterable[Json]:
    if hours.always:
        every_day = ",".join(_BYDAY.values())
        yield {"freq": "WEEKLY", "byday": every_day, "opens_at": "00:00", "closes_at": "23:59"}
    for one in hours.openings:
        days = ",".join(_BYDAY[day] for day in one.days)
        yield {"freq": "WEEKLY", "byday": days, "opens_at": one.opens, "closes_at": one.closes}
    for words in (hours.text, hours.note):
        if isinstance(words, Localized):
            yield {"description": words.text("en")}


def _place(entry: ResourceChange) -> Json:
    """Return the location of a resource that has an address or a point."""
    found: Json = {}
    if entry.address:
        address = entry.address
        parts = {"address_1": address.street or address.text, "city": address.city, "postal_code": address.postal_code}
        parts |= {"state_province": address.region, "country": entry.area.country if entry.area else None}
        kept = {key: text for key, text in parts.items() if text}
        found["addresses"] = [{**kept, "address_type": "physical"}]
    if entry.area and entry.area.point:
        found |= {"latitude": str(entry.area.point.latitude), "longitude": str(entry.area.point.longitude)}
    return {"id": f"{entry.id}-place", "location_type": "physical", **found} if found else {}
