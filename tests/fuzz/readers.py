"""One function a reader: bytes in, AssertionError when the reader breaks its promise, whatever the bytes are.

The promise: everything wrong is a diagnostic that can be printed, nothing is lost without one, and nothing is raised.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from generator.catalog import builtin_root
from generator.cli.printing import count_of
from generator.errors import Diagnostic, has_errors
from generator.lists import formats, read_list
from generator.lists.export import to_csv, to_rows
from generator.lists.hsds_service import to_hsds
from generator.lists.retired import passages_of
from generator.lists.yaml import to_yaml
from generator.model.edition import Brand, Edition
from generator.model.guide import Guide
from generator.model.kinds import Kinds
from generator.model.language import Language
from generator.model.product import Product
from generator.model.resource import ResourceList
from generator.model.retired import Retired
from generator.model.settings import Settings
from generator.model.stock import Stock
from generator.model.theme import Theme
from generator.model.written import Written, validate
from generator.source import parse_yaml, read_yaml

formats()  # they are imported on first use; a fuzzer wants to see into them
CASE = Path("case.yaml")
SHAPES: tuple[type[Written], ...] = (
    Edition, Guide, Product, Stock, Settings, Brand, Theme, Language, Kinds, Retired, ResourceList,
)  # fmt: skip


def _kinds() -> Kinds:
    document, _ = read_yaml(builtin_root() / "content" / "kinds.yaml")
    assert document is not None
    kinds, found = validate(Kinds, document)
    assert kinds is not None, found
    return kinds


KINDS = _kinds().kinds


def check_yaml(data: bytes) -> None:
    """Read a content file as each thing that it could be."""
    document, found = parse_yaml(data, CASE)
    check_findings(found)
    if document is None:
        assert has_errors(found)
        return
    list(passages_of(document))
    for shape in SHAPES:
        # As the project does it: each file is read once more for each shape.
        value, found = validate(shape, document, context={"country": "US"})
        check_findings(found)
        assert value is not None or has_errors(found), shape


def check_list(data: bytes, suffix: str) -> None:
    """Read a list in the format of a suffix, and write what was read as YAML, which reads back."""
    with tempfile.TemporaryDirectory(prefix="handbill-fuzz-") as folder:
        path = Path(folder) / f"case{suffix}"
        path.write_bytes(data)
        listed, found = read_list(path, country="US", kinds=KINDS)
        check_findings(found)
        assert listed is not None or has_errors(found)
        if listed is None:
            return
        again = path.with_name("again.yaml")
        again.write_bytes(to_yaml(listed).encode("utf-8"))
        copy, found = read_list(again, country="US", kinds=KINDS)
        assert copy is not None, (found, to_yaml(listed))


def check_findings(found: Sequence[Diagnostic]) -> None:
    """Hold each finding to what it promises: a code, a message in one line, a place, and text that can be printed."""
    for one in found:
        assert isinstance(one, Diagnostic)
        assert one.code
        assert one.message
        assert one.place.path is not None, one
        assert (one.place.line or 1) >= 1, one
        assert (one.place.column or 1) >= 1, one
        f"{one.place}{one.message}{one.hint}".encode()
    assert count_of(found)


def check_csv(data: bytes) -> None:
    """Read a CSV file."""
    check_list(data, ".csv")


def check_json(data: bytes) -> None:
    """Read a JSON file of HSDS."""
    check_list(data, ".json")


def check_xlsx(data: bytes) -> None:
    """Read a workbook: the bytes as they are when they are a zip, else as the one sheet of a workbook."""
    check_list(data if data.startswith(b"PK") else workbook(data), ".xlsx")


def check_zip(data: bytes) -> None:
    """Read a zip of HSDS: the bytes as they are, else as its tables, each headed by `@@name`."""
    check_list(data if data.startswith(b"PK") else tables(data), ".zip")


READERS: dict[str, Callable[[bytes], None]] = {
    "yaml": check_yaml, "csv": check_csv, "json": check_json, "xlsx": check_xlsx, "zip": check_zip,
}  # fmt: skip
SUFFIXES = {
    "yaml": ("yaml", "yml"),
    "csv": ("csv", "tsv"),
    "json": ("json",),
    "xlsx": ("xlsx", "xml"),
    "zip": ("zip", "txt"),
}

_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}  # fmt: skip


def workbook(xml: bytes) -> bytes:
    """Return a workbook whose one sheet is this XML."""
    return _zipped({**{name: text.encode() for name, text in _PARTS.items()}, "xl/worksheets/sheet1.xml": xml})


def tables(text: bytes) -> bytes:
    """Return a zip of the tables in a text: each starts with a line `@@name`."""
    parts = [part.partition(b"\n") for part in text.split(b"@@")[1:]]
    return _zipped({f"{name.decode('ascii', 'replace')[:40] or 'x'}.csv": body for name, _, body in parts})


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def exported(path: Path, reader: str) -> bytes:
    """Return a YAML list in the form that a reader takes, for a fuzzer to start from."""
    listed, _ = read_list(path, country="US", kinds=KINDS)
    assert listed is not None
    written = {
        "yaml": lambda: to_yaml(listed),
        "csv": lambda: to_csv(listed),
        "json": lambda: to_hsds(listed),
        "xlsx": lambda: sheet(to_rows(listed)),
        "zip": lambda: TABLES,
    }
    return written[reader]().encode()


def sheet(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as the XML of a sheet that holds its own texts."""
    cells = ("".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) for row in rows)
    body = "".join(f"<row>{row}</row>" for row in cells)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{body}</sheetData></worksheet>'


TABLES = """\
@@organizations
id,name,description,url
o1,Mine,A clinic,https://example.org
@@services
id,organization_id,name,status,url,email
s1,o1,Clinic,active,https://example.org,a@example.org
@@locations
id,name,latitude,longitude
l1,House,41.5,-93.6
@@services_at_location
id,service_id,location_id
sl1,s1,l1
@@phones
id,service_id,number,type
p1,s1,(515) 555-0142,voice
@@addresses
id,location_id,address_1,city,state_province,postal_code,country
a1,l1,1 Main Street,Larkin,IA,50301,US
@@schedules
id,service_id,freq,byday,opens_at,closes_at
t1,s1,WEEKLY,"MO,TU",09:00,17:00
"""


def words() -> list[str]:
    """Return the words that the readers know, for a fuzzer to put together: keys, headings and signs."""
    from generator.lists.headers import FIELDS

    keys = {field.alias or name for shape in SHAPES for name, field in shape.model_fields.items()}
    return sorted(keys | set(FIELDS) | {json.dumps(key) for key in ("services", "organization", "phones", "contents")})
