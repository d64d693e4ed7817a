"""Lists kept as Open Referral HSDS 3 (JSON, or tables of CSV), with the tables of version 2 as a fallback."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from generator.errors import Diagnostic, Place, error
from generator.lists import csv
from generator.lists.hsds_record import Record, outcomes_of, records
from generator.lists.hsds_tables import services_of_tables
from generator.lists.table import Outcome, Outcomes, list_of
from generator.lists.zips import BROKEN_ZIP
from generator.model.kinds import Kind
from generator.model.resource import ResourceList
from generator.model.written import validate
from generator.source import Document

SUFFIXES = (".json", ".zip")
MAX_BYTES = 800_000_000  # a state's directory of 100,000 services is a fifth of it

Found = tuple[Diagnostic, ...]


class Unreadable(Exception):
    """Carry the one diagnostic that ends the reading of a file."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def read(
    path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None
) -> tuple[ResourceList | None, Found]:
    """Return the list of a file or folder; services that cannot be read are errors, and are missing from it."""
    outcomes, found = read_outcomes(path, country=country, kinds=kinds, encoding=encoding)
    if outcomes is None:
        return None, found
    listed, more = list_of(outcomes)
    return listed, (*found, *more)


def read_outcomes(
    path: Path, *, country: str, kinds: Mapping[str, Kind], encoding: str | None = None
) -> tuple[Outcomes | None, Found]:
    """Return what became of each service of a file or folder, or None and the reason."""
    rows: list[Outcome] = []
    about = ResourceList(country=country)
    seen: dict[str, int] = {}
    try:
        for number, service in enumerate(_services(path, encoding), 1):
            if isinstance(service.get("handbill list"), dict):
                # Said after services, it comes too late: their numbers were read as those of another country.
                about = about if rows else _about(service["handbill list"], path, country)
                continue
            of_record = outcomes_of(service, number, place=Place(path), country=about.country, kinds=kinds)
            rows += [_once(one, seen, path) for one in of_record]
    except Unreadable as problem:
        return None, (problem.diagnostic,)
    if not rows and about == ResourceList(country=country):
        return None, (error("empty-list", "holds no services of HSDS", place=Place(path)),)
    return Outcomes(about, tuple(rows), ()), ()


def _about(own: object, path: Path, country: str) -> ResourceList:
    tree = {str(key): value for key, value in own.items()} if isinstance(own, dict) else {}
    listed, _ = validate(ResourceList, Document(path, tree))
    return listed or ResourceList(country=country)


def _once(one: Outcome, seen: dict[str, int], path: Path) -> Outcome:
    """Return the outcome, rejected when an outcome before it has the same id."""
    if one.resource is None:
        return one
    if one.resource.id not in seen:
        seen[one.resource.id] = one.row
        return one
    message = f'record {one.row} has the id "{one.resource.id}", which record {seen[one.resource.id]} has already'
    return Outcome(one.row, one.id, None, (*one.found, error("rejected-row", message, place=Place(path))))


def _services(path: Path, encoding: str | None) -> Iterator[Record]:
    """Yield every service of a file, a folder or a zip, with its organisation and its places embedded."""
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if file.is_file()]
        yield from _of_texts({file: _text(file, encoding) for file in files if _is_wanted(file.name)}, path)
    elif path.suffix.lower() == ".zip":
        yield from _of_texts(_unpacked(path, encoding), path)
    else:
        yield from _of_json(_text(path, encoding), path)


def _is_file(name: str) -> bool:
    """Return whether an entry of a zip is a file of ours: no folder, no name left out, none of a Mac's notes."""
    return bool(name) and not name.endswith("/") and "__MACOSX" not in name


def _is_wanted(name: str) -> bool:
    return name.endswith((".csv", ".json")) and not name.endswith("datapackage.json") and not name.startswith(".")


def _text(path: Path, encoding: str | None) -> str:
    try:
        data = path.read_bytes()
    except OSError as problem:
        message = f"cannot be read: {problem.strerror or problem}"
        raise Unreadable(error("unreadable-file", message, place=Place(path))) from problem
    return _decoded(data, path, encoding)


def _decoded(data: bytes, path: Path, encoding: str | None) -> str:
    if len(data) > MAX_BYTES:
        raise Unreadable(error("file-too-large", f"is longer than {MAX_BYTES:,} bytes", place=Place(path)))
    text, found = csv.decode(data, path, encoding=encoding)
    if text is None:
        raise Unreadable(found[0])
    return text


def _unpacked(path: Path, encoding: str | None) -> dict[Path, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if _is_file(one.filename)]
            if sum(one.file_size for one in entries) > MAX_BYTES:
                message = f"unpacks to more than {MAX_BYTES:,} bytes"
                raise Unreadable(error("file-too-large", message, place=Place(path)))
            wanted = [one for one in entries if _is_wanted(PurePosixPath(one.filename).name)]
            return {path / one.filename: _decoded(archive.read(one), path / one.filename, encoding) for one in wanted}
    except BROKEN_ZIP as problem:
        raise Unreadable(
            error("broken-zip", f"cannot be unpacked: {problem or type(problem).__name__}", place=Place(path))
        ) from problem


def _of_texts(texts: Mapping[Path, str], path: Path) -> Iterator[Record]:
    tables = {file.stem: _rows(text, file) for file, text in texts.items() if file.suffix == ".csv"}
    if tables:
        yield from services_of_tables(tables)
    for file, text in texts.items():
        if file.suffix == ".json":
            yield from _of_json(text, file)


def _rows(text: str, path: Path) -> list[dict[str, object]]:
    table, found = csv.parse(text, path)
    if table is None:
        raise Unreadable(found[0])
    names = [name.strip() for name in table.rows[0].cells] if table.rows else []
    return [dict(zip(names, row.cells, strict=False)) for row in table.rows[1:] if not row.is_blank]


def _of_json(text: str, path: Path) -> Iterator[Record]:
    """Yield the services of a JSON text one by one, so that a long list is never in memory as a whole."""
    try:
        for record in _records(text):
            yield from _services_in(record)
    except json.JSONDecodeError as problem:
        place = Place(path, problem.lineno, problem.colno)
        raise Unreadable(error("broken-json", f"is not JSON: {problem.msg.lower()}", place=place)) from problem
    except RecursionError as problem:
        raise Unreadable(error("too-deep", "is nested too deep", place=Place(path))) from problem


def _records(text: str) -> Iterator[Record]:
    """Yield the records of an array, of a page's contents, or the one record that there is."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    index = _past_space(text, 0)
    if text[index : index + 1] == "[":
        yield from _Items(text, index, decoder)
        return
    if text[index : index + 1] != "{":
        decoder.decode(text)
        return
    yield from _of_object(text, index + 1, decoder)


def _of_object(text: str, index: int, decoder: json.JSONDecoder) -> Iterator[Record]:
    whole: dict[str, object] = {}
    index = _past_space(text, index)
    while text[index : index + 1] != "}":
        key, index = decoder.raw_decode(text, index)
        index = _past_space(text, index)
        if text[index : index + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, index)
        index = _past_space(text, index + 1)
        if key == "contents" and text[index : index + 1] == "[":
            items = _Items(text, index, decoder)
            yield from items
            index = items.end
        else:
            whole[str(key)], index = decoder.raw_decode(text, index)
            if key == "handbill" and "id" not in whole:
                yield {"handbill list": whole[str(key)]}
        index = _past_comma(text, index, "}")
    if "contents" not in whole and _is_record(whole):
        yield whole


def _is_record(whole: Record) -> bool:
    """Return whether an object is a record itself, not the frame of a page."""
    return "id" in whole or any(key.endswith(".csv") for key in whole) or "name" in whole


class _Items:
    """Iterate over the objects of a JSON array that starts at an index; `end` is the index after it."""

    def __init__(self, text: str, start: int, decoder: json.JSONDecoder) -> None:
        self.text, self.end, self.decoder = text, start + 1, decoder

    def __iter__(self) -> Iterator[Record]:
        index = _past_space(self.text, self.end)
        while self.text[index : index + 1] != "]":
            value, index = self.decoder.raw_decode(self.text, index)
            yield from records(value)
            index = _past_comma(self.text, index, "]")
        self.end = index + 1


def _past_space(text: str, index: int) -> int:
    while text[index : index + 1] in _SPACE and index < len(text):
        index += 1
    return index


_SPACE = frozenset(" \t\n\r")


def _past_comma(text: str, index: int, closing: str) -> int:
    """Return the index of the next value, or of the closing bracket. Raises JSONDecodeError."""
    index = _past_space(text, index)
    if text[index : index + 1] == ",":
        return _past_space(text, index + 1)
    if text[index : index + 1] != closing:
        raise json.JSONDecodeError("Expecting ',' delimiter", text, index)
    return index


def _services_in(record: Record) -> Iterator[Record]:
    """Yield the services of a record of any of the standard's kinds; of one without any, the record itself.

    A service at a location, an organisation and a location each embed services in their own way.
    """
    tables = {key.removesuffix(".csv"): records(value) for key, value in record.items() if key.endswith(".csv")}
    if tables:
        yield from services_of_tables(tables)
    elif isinstance(service := record.get("service"), dict):
        yield {**service, "service_at_locations": [record]}
    elif services := records(record.get("services")):
        yield from ({"organization": record, **service} for service in services)
    elif "location_type" in record or ("taxonomy" in record or "taxonomy_id" in record):
        yield {**record, "status": "not a service"}
    else:
        yield record
