"""The rows of the design: imports go down, outside libraries stay in the row that owns them, functions stay short."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "generator"
ROWS = {
    "__init__": 0, "errors": 0, "units": 0, "native": 0, "declared": 0, "compiled": 0, "keeping": 0,
    "source": 1,
    "model": 2,
    "lists": 3, "catalog": 3, "request": 3,
    "project": 4,
    "sheets": 5, "plan": 5, "joining": 5, "repeats": 5,
    "render": 6, "impose": 6, "press": 6, "proof": 6,
    "write": 7, "report": 7, "cache": 7, "values": 7,
    "changes": 8, "manifest": 8, "making": 8, "workers": 8, "cluster": 8, "build": 8, "calibrate": 8, "published": 8,
    "dispatch": 8, "foreman": 8, "makeready": 8,
    "doctor": 8, "recall": 8, "reporting": 8, "summary": 8, "unchanged": 8,
    "pack": 9,
    "cli": 10, "__main__": 10,
}  # fmt: skip
SIDEWAYS = {
    ("plan", "sheets"), ("report", "write"), ("values", "cache"), ("build", "workers"), ("build", "changes"),
    ("build", "foreman"), ("foreman", "workers"), ("build", "makeready"), ("makeready", "making"),
    ("foreman", "makeready"), ("build", "dispatch"), ("dispatch", "foreman"), ("dispatch", "makeready"),
    ("dispatch", "making"), ("dispatch", "workers"), ("dispatch", "cluster"), ("dispatch", "recall"),
    ("build", "making"), ("build", "manifest"), ("making", "manifest"),
    ("build", "recall"), ("recall", "making"), ("recall", "cluster"), ("recall", "unchanged"),
    ("build", "reporting"), ("reporting", "making"), ("reporting", "recall"), ("reporting", "unchanged"),
    ("build", "summary"), ("build", "unchanged"), ("unchanged", "summary"), ("summary", "changes"),
    ("build", "cluster"), ("cluster", "workers"), ("cluster", "making"),
    ("source", "errors"), ("__main__", "cli"),
}  # fmt: skip
HOMES = {
    "msgspec": set(ROWS),
    "yaml": {"source", "lists"},
    "pydantic": {"model"},
    "pydantic_core": {"model"},
    "phonenumbers": {"model"},
    "openpyxl": {"lists"},
    "jinja2": {"render"},
    "markupsafe": {"render"},
    "weasyprint": {"render"},
    "pydyf": {"render"},
    "fontTools": {"render", "proof"},
    "segno": {"render"},
    "tinyhtml5": {"render"},
    "tinycss2": {"render"},
    "cssselect2": {"render"},
    "markdown_it": {"render"},
    "babel": {"render"},
    "pikepdf": {"impose", "joining", "press", "proof", "repeats"},
    "pypdfium2": {"proof"},
    "zxingcpp": {"proof"},
    "numpy": {"press", "proof"},
    "PIL": {"render", "press", "proof"},
    "page": {"proof"},
    "cffi": {"native", "declared"},
    "dask": {"cluster"},
    "distributed": {"cluster"},
    "click": {"cli"},
    "rich": {"cli"},
}
# The doctor looks at every link of the chain, so it may touch what others own.
LOOKS_EVERYWHERE = {"doctor"}
LONGEST_FUNCTION = 40


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "_data" not in path.parts:
            yield path.relative_to(PACKAGE).with_suffix("").parts[0], path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            if node.module == "generator":
                yield from (f"generator.{alias.name}" for alias in node.names)


CASES = [pytest.param(unit, path, id=str(path.relative_to(PACKAGE))) for unit, path in modules()]


@pytest.mark.parametrize(("unit", "path"), CASES)
def test_every_module_has_a_row_and_imports_downward(unit, path):
    assert unit in ROWS, f"{path} belongs to no row: write it into ROWS"
    for name in imports(path):
        if not name.startswith("generator.") or name == "generator.__version__":
            continue
        other = name.split(".")[1]
        is_down = ROWS[other] < ROWS[unit] or other == unit
        assert is_down or (unit, other) in SIDEWAYS or ROWS[unit] == 0, f"{unit} imports {other}"


@pytest.mark.parametrize(("unit", "path"), CASES)
def test_outside_libraries_stay_in_the_row_that_owns_them(unit, path):
    for name in imports(path):
        top = name.partition(".")[0]
        if top == "generator" or top in sys.stdlib_module_names or unit in LOOKS_EVERYWHERE:
            continue
        assert unit in HOMES.get(top, set()), f"{path} imports {top}"


@pytest.mark.parametrize(("unit", "path"), CASES)
def test_shapes_are_defined_in_one_way(unit, path):
    assert "dataclasses" not in {*imports(path)}, f"{path}: write class Name(Struct, frozen=True)"


@pytest.mark.parametrize(("unit", "path"), CASES)
def test_functions_read_in_one_glance(unit, path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{path}:{node.lineno} {node.name} has {lines} lines"


@pytest.mark.parametrize("name", ["plan", "sheets"])
def test_planning_sees_no_clock_no_disk_and_no_environment(name):
    forbidden = {"os", "time", "tempfile", "subprocess", "random", "shutil", "io"}
    for unit, path in modules():
        if unit == name:
            assert not forbidden & {one.partition(".")[0] for one in imports(path)}, path
            assert ".today()" not in path.read_text("utf-8"), path


# A piece that does not show the day is kept for other days: what draws it may not see the day unnoticed.
SEE_THE_DAY = {"press/ordering.py", "render/environment.py"}


def test_what_draws_a_piece_sees_the_day_only_where_that_is_noted():
    for unit, path in modules():
        if unit in {"render", "impose", "press", "proof", "joining", "repeats"}:
            name = path.relative_to(PACKAGE).as_posix()
            assert name in SEE_THE_DAY or "today" not in path.read_text("utf-8"), name


# What reading content needs; everything else draws, proves or prints.
READING = {"click", "msgspec", "yaml", "pydantic", "pydantic_core", "phonenumbers"}
SLOW_OF_PYTHON = {"asyncio", "difflib", "email", "http", "importlib.metadata", "multiprocessing", "ssl", "xml.etree"}


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], (set(HOMES) - {"click"}) | SLOW_OF_PYTHON),
        (["build", "--help"], (set(HOMES) - {"click"}) | SLOW_OF_PYTHON),
        (["check"], set(HOMES) - READING),
    ],
)
def test_a_command_loads_nothing_heavy_that_it_does_not_use(arguments, heavy):
    import subprocess

    probe = (
        "import sys; from generator.cli import main\n"
        f"try: main({arguments})\nexcept SystemExit as end: print(end.code)\n"
        f"print([name for name in {sorted(heavy)} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=PACKAGE.parent, check=True)
    assert done.stdout.splitlines()[-2:] == ["0", "[]"]
