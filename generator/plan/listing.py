"""A resource as it is printed in one language, its numbers as its country writes them."""

from urllib.parse import quote

from generator.lists.choose import phones_in, texts_in
from generator.lists.freshness import oldest_check
from generator.lists.merge import Listed
from generator.model.kinds import Kind
from generator.model.resource import Contact, Phone, TextLine, WebAddress
from generator.model.written import Localized
from generator.plan.piece import Call, Fact, FactKind, Listing, Texting


def list_resource(listed: Listed, language: str, *, kind: Kind) -> Listing:
    """Return a resource as it is printed in a language, its numbers as its country writes them."""
    resource = listed.resource
    phones = phones_in(resource, language) or resource.phones
    return Listing(
        id=resource.id,
        name=resource.name.text(language),
        short_name=(resource.short_name or resource.name).text(language),
        kind=resource.kind,
        icon=kind.icon,
        description=_text(resource.description, language),
        calls=tuple(_call(listed, phone, language) for phone in phones),
        textings=tuple(_texting(listed, line) for line in texts_in(resource, language)),
        url=_web_fact(listed, resource.url),
        chat=_web_fact(listed, resource.chat),
        email=_email_fact(listed),
        address=_address_fact(listed),
        hours=resource.hours,
        hours_checked=(resource.hours.checked or resource.checked) if resource.hours else None,
        languages=resource.languages,
        cost=_text(resource.cost, language),
        for_whom=_text(resource.for_whom, language),
        confidential=_text(resource.confidential, language),
        is_crisis=kind.crisis,
        is_local=listed.is_local,
        checked=oldest_check((listed,)),
        tags=resource.tags,
    )


def _text(text: Localized | None, language: str) -> str | None:
    return text.text(language) if text else None


def _fact(listed: Listed, kind: FactKind, value: str, printed: str, contact: Contact) -> Fact:
    resource = listed.resource
    checked = contact.checked or resource.checked
    checked_by = contact.checked_by or (None if contact.checked else resource.checked_by)
    return Fact(kind, resource.id, value, printed, checked, checked_by)


def _call(listed: Listed, phone: Phone, language: str) -> Call:
    number = phone.telephone(listed.country)
    fact = _fact(listed, "phone", number.uri, number.printed, phone)
    return Call(fact, phone.menu, phone.extension, _text(phone.purpose, language))


def _texting(listed: Listed, line: TextLine) -> Texting:
    number = line.telephone(listed.country)
    body = f"?body={quote(line.keyword)}" if line.keyword else ""
    fact = _fact(listed, "sms", f"sms:{number.dial}{body}", number.printed, line)
    return Texting(fact, line.keyword)


def _web_fact(listed: Listed, address: WebAddress | None) -> Fact | None:
    return _fact(listed, "url", address.url, address.printed, address) if address else None


def _email_fact(listed: Listed) -> Fact | None:
    email = listed.resource.email
    return _fact(listed, "email", f"mailto:{email.email}", email.email, email) if email else None


def _address_fact(listed: Listed) -> Fact | None:
    address = listed.resource.address
    return _fact(listed, "address", address.printed, address.printed, address) if address else None
