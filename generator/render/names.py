"""Names of languages, as each language says them."""

from collections.abc import Sequence


def language_names(tags: Sequence[str], language_id: str) -> str:
    """Return languages by their names in a language, such as `English, Spanish`; a tag of no known name stays."""
    from babel import Locale, UnknownLocaleError

    try:
        own = Locale.parse(language_id.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        own = Locale("en")
    return ", ".join(str(own.languages.get(tag.partition("-")[0], tag)) for tag in tags)
