"""Rest for the collector of reference cycles while a long list is gone through: there are no cycles to find in one."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """Keep the collector from walking a growing list again and again; a tenth of the time of a long import."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            # All of it counts as old from now on, or it would be walked at once.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
