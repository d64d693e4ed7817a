"""Tables of HSDS: files of CSV that are joined by ids into services with everything embedded."""

from collections.abc import Iterator, Mapping, Sequence

Rows = Sequence[Mapping[str, object]]
Record = dict[str, object]

# Version 2 and hand-made exports name their files in the singular.
_PLURALS = {
    "organization": "organizations", "service": "services", "location": "locations", "address": "addresses",
    "phone": "phones", "schedule": "schedules", "language": "languages", "contact": "contacts",
    "service_area": "service_areas", "attribute": "attributes", "physical_address": "physical_addresses",
    "postal_address": "postal_addresses", "required_document": "required_documents",
    "regular_schedule": "regular_schedules", "cost_option": "cost_options", "taxonomy_term": "taxonomy_terms",
    "taxonomy": "taxonomies", "services_at_location": "service_at_location",
    "service_at_locations": "service_at_location", "accessibility_for_disabilities": "accessibility",
}  # fmt: skip
_OF_SERVICE = (
    "phones", "schedules", "regular_schedules", "languages", "contacts", "service_areas", "required_documents",
    "cost_options",
)  # fmt: skip
_OF_PLACE = ("phones", "schedules", "regular_schedules", "contacts")
_OF_LOCATION = (
    "addresses", "physical_addresses", "postal_addresses", "phones", "schedules", "regular_schedules", "languages",
    "accessibility", "contacts",
)  # fmt: skip


class _Joined:
    """The tables, and the rows of each that point at one row of another."""

    def __init__(self, tables: Mapping[str, Rows]) -> None:
        self.tables = {_PLURALS.get(name, name): rows for name, rows in tables.items()}
        self.indexes: dict[tuple[str, str], dict[str, list[Record]]] = {}

    def rows(self, table: str, column: str, id_: object) -> list[Record]:
        """Return the rows of a table whose column holds an id."""
        if not id_:
            return []
        if (table, column) not in self.indexes:
            index: dict[str, list[Record]] = {}
            for row in self.tables.get(table, ()):
                index.setdefault(str(row.get(column, "")), []).append(dict(row))
            self.indexes[table, column] = index
        return self.indexes[table, column].get(str(id_), [])

    def children(self, names: Sequence[str], column: str, id_: object) -> Record:
        """Return the rows of several tables that point at an id, by the name of their table."""
        found = {name: [self._with_languages(row, name) for row in self.rows(name, column, id_)] for name in names}
        return {name: rows for name, rows in found.items() if rows}

    def _with_languages(self, row: Record, name: str) -> Record:
        spoken = self.rows("languages", "phone_id", row.get("id")) if name == "phones" else []
        return {**row, "languages": spoken} if spoken else row


def services_of_tables(tables: Mapping[str, Rows]) -> Iterator[Record]:
    """Yield every service with its organisation, places, phones and hours embedded, as the JSON form has them."""
    joined = _Joined(tables)
    for service in joined.tables.get("services", ()):
        id_ = service.get("id")
        places = [_place(joined, row) for row in joined.rows("service_at_location", "service_id", id_)]
        yield {
            **service,
            **joined.children(_OF_SERVICE, "service_id", id_),
            "organization": _organization(joined, service),
            "service_at_locations": places or [{"location": _location(joined, service.get("location_id"))}],
            "attributes": _attributes(joined, id_),
        }


def _organization(joined: _Joined, service: Mapping[str, object]) -> Record:
    id_ = service.get("organization_id")
    found: Record = next(iter(joined.rows("organizations", "id", id_)), {})
    return {**found, **joined.children(("phones",), "organization_id", id_)}


def _place(joined: _Joined, row: Record) -> Record:
    own = joined.children(_OF_PLACE, "service_at_location_id", row.get("id"))
    return {**row, **own, "location": _location(joined, row.get("location_id"))}


def _location(joined: _Joined, id_: object) -> Record:
    found: Record = next(iter(joined.rows("locations", "id", id_)), {})
    return {**found, **joined.children(_OF_LOCATION, "location_id", id_)}


def _attributes(joined: _Joined, id_: object) -> list[Record]:
    found = joined.rows("attributes", "link_id", id_) + joined.rows("service_taxonomy", "service_id", id_)
    return [{**row, "taxonomy_term": _term(joined, row)} for row in found]


def _term(joined: _Joined, row: Record) -> Record:
    for table in ("taxonomy_terms", "taxonomies"):
        for column in ("taxonomy_term_id", "taxonomy_id"):
            found = joined.rows(table, "id", row.get(column))
            if found:
                return found[0]
    return {}
