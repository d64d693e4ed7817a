"""The C declarations that WeasyPrint opens the text libraries by, parsed once and kept.

Left alone, cffi parses them at every start, and the names of all types again for each length of an array that is asked
for: a fifth of a second, and four thousandths each time. The form that it compiles them to for modules which ship
theirs is read at once, and knows such lengths.
"""

import io
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any

from generator import compiled

NAME = "declarations"
Open = Callable[[Callable[..., object], str, int], object]


class Declared:
    """What stands in the place of a `cffi.FFI`, and is all that it is once something was declared.

    `open_library` opens a library, given what opens a file, the name that is asked for, and flags.
    """

    def __init__(self, open_library: Open) -> None:
        self._open, self._source = open_library, ""

    def cdef(self, source: str) -> None:
        """Declare something, besides what was declared before."""
        self._source += f"{source}\n"
        ready = _ready(self._source)
        for name in dir(ready):
            if not name.startswith("_"):
                setattr(self, name, getattr(ready, name))
        self.dlopen = partial(self._open, ready.dlopen)


def _ready(source: str) -> Any:
    """Return the compiled form of declarations."""
    import cffi

    made_of = f"{cffi.__version__} {sha256(source.encode()).hexdigest()}"
    code = compiled.once(NAME, made_of, lambda: _compiled(source).encode())
    module: dict[str, Any] = {}
    exec(code, module)
    return module["ffi"]


def _compiled(source: str) -> str:
    """Return the module that cffi compiles declarations to."""
    from cffi.api import FFI  # in whose place stands what asks for this
    from cffi.recompiler import make_py_source

    whole, code = FFI(), io.StringIO()
    whole.cdef(source)
    make_py_source(whole, "declared", code)
    return code.getvalue()
