"""A build on a cluster, as seen from the machine that asked for it: it sends, gathers, and names what is wrong."""

import importlib
import logging
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from generator.catalog import Roots
from generator.cluster import task
from generator.cluster.engine import builtin_here, differences, engine_here
from generator.cluster.packing import files_of, packed
from generator.errors import Diagnostic, HandbillError, error
from generator.making import Made
from generator.plan import Job
from generator.project import find_asset
from generator.workers import Done

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 5
WORKERS_SECONDS = 3  # for the first worker to be seen
LOST_SECONDS = 60  # without any worker, before a build is given up: one that was ended is often started again
GATHER_SECONDS = 60
_LARGE = "2 GiB"  # Dask warns of large values in a task; an archive of pictures is one
_CHATTER = ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application", "asyncio", "bokeh")


def run(
    work: Callable[[Roots, Job], Made],
    items: Sequence[Job],
    *,
    address: str,
    roots: Roots,
    warm_up: Callable[[Roots], None],
    allowance: Callable[[Job], float],
) -> Iterator[Done[Made]]:
    """Yield what becomes of each item, in the order in which they end, made by the workers of a cluster.

    `work`, `warm_up` and the items are plain values: functions of modules, and no open file. Each worker has its
    own copy of the files below `roots`. An item that a worker cannot make within the limits of `workers.run`, or
    that ends one worker after another, ends as a failure in words. Raises HandbillError when the cluster cannot
    be reached, or would make other bytes than this machine. What is not yet done is called off when the iterator
    is closed.
    """
    if not items:
        return
    with _connected(address) as client:
        futures = _send(client, work, items, roots=roots, warm_up=warm_up, allowance=allowance)
        try:
            yield from _gathered(client, futures, roots)
        finally:
            with suppress(Exception):  # the scheduler may be gone, and that is said already
                client.cancel(futures)


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    """Yield a client of the scheduler, whose log goes nowhere. Raises HandbillError."""
    distributed = _distributed()
    import dask

    settings = {
        "distributed.admin.large-graph-warning-threshold": _LARGE,
        "distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s",
    }
    with dask.config.set(settings):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of versions that differ, which we tell ourselves
                client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="handbill")
        except (OSError, ValueError, ImportError) as problem:
            raise _unreachable(address, problem) from problem
        try:
            yield client
        finally:
            with suppress(Exception):
                client.close(timeout=2)


def _distributed() -> Any:
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as problem:
        hint = 'install it with: python -m pip install "handbill[cluster]"'
        found = error("no-cluster-package", "--cluster needs the package distributed, which is not here", hint=hint)
        raise HandbillError([found]) from problem
    for name in _CHATTER:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    return distributed


def _unreachable(address: str, problem: Exception) -> HandbillError:
    said = str(problem).splitlines()[0] if str(problem) and isinstance(problem, ValueError) else ""
    message = f"no scheduler answers at {address}" + (f": {said}" if said else "")
    hint = f"start one with: dask scheduler --port {address.rpartition(':')[2]}, and look at the address it prints"
    return HandbillError([error("no-scheduler", message, hint=hint)])


def _send(
    client: "Client",
    work: Callable[[Roots, Job], Made],
    items: Sequence[Job],
    *,
    roots: Roots,
    warm_up: Callable[[Roots], None],
    allowance: Callable[[Job], float],
) -> list["Future[Any]"]:
    """Hand all items to the cluster and return their futures. Raises HandbillError when its workers will not do."""
    are_unlike = _workers_looked_at(client)
    is_builtin = roots.project == roots.builtin
    order = task.Order(work, warm_up, engine_here(), builtin_here(), is_builtin)
    profiles = {one.press.profile for one in items if one.press.profile}
    besides = {path for name in profiles if (path := find_asset(roots, name))}
    project = None if is_builtin else _carried(client, roots.project, roots, besides)
    builtin = _carried(client, roots.builtin, roots, besides) if are_unlike else None
    return [
        client.submit(
            task.make, order, project, builtin, one, allowance(one), pure=False, key=f"handbill-{_n}-{client.id}"
        )
        for _n, one in enumerate(items)
    ]


def _carried(client: "Client", layer: Path, roots: Roots, besides: Iterable[Path]) -> "Future[Any]":
    """Send a layer's files; `besides` are those outside its folders, which a print shop's profile may be."""
    more = {path.relative_to(layer).as_posix(): path for path in besides if path.is_relative_to(layer)}
    archive = packed({**files_of(layer, roots), **more})
    return client.submit(task.carried, archive, key=f"handbill-files-{archive.digest}")


def _workers_looked_at(client: "Client") -> bool:
    """Return whether some worker has other built-in files. Raises HandbillError for those that draw differently."""
    seen = _seen(client)
    found = [one for worker, answer in sorted(seen.items()) for one in _unfit(worker, answer)]
    if found:
        raise HandbillError(found)
    return any(builtin != builtin_here() for _, builtin in seen.values())


def _seen(client: "Client") -> Mapping[str, Any]:
    """Return what each worker says of itself, or the exception that it met. Raises HandbillError without workers."""
    until = monotonic() + WORKERS_SECONDS
    while not client.nthreads():
        if monotonic() > until:
            address = client.scheduler.address if client.scheduler else "the scheduler"
            hint = f"start one on each machine with: dask worker {address} --nthreads 1"
            raise HandbillError([error("no-workers", f"the scheduler at {address} has no workers", hint=hint)])
        sleep(0.1)
    seen: Mapping[str, Any] = client.run(task.looked, on_error="return")
    return seen


def _unfit(worker: str, answer: Any) -> Iterator[Diagnostic]:
    """Yield why a worker cannot take part."""
    if isinstance(answer, Exception):
        message = f"the worker {worker} has no Handbill like this one: {answer}"
        yield error("unfit-worker", message, hint=_ALIKE)
    elif unlike := differences(answer[0], engine_here()):
        message = f"the worker {worker} would draw differently: it has {unlike}"
        yield error("unfit-worker", message, hint=_ALIKE)


_ALIKE = "install the same Handbill there, from the same lock file, or stop that worker"


def _gathered(client: "Client", futures: Sequence["Future[Any]"], roots: Roots) -> Iterator[Done[Made]]:
    """Yield what comes back, as it comes back."""
    ended: SimpleQueue[Future[Any]] = SimpleQueue()
    index_of = {future.key: index for index, future in enumerate(futures)}
    for one in futures:
        one.add_done_callback(ended.put)
    last_seen = monotonic()
    for _ in futures:
        while not (future := _next(ended)):
            last_seen = monotonic() if _has_workers(client) else last_seen
            if monotonic() - last_seen > LOST_SECONDS:
                raise _lost("all workers of the cluster are gone")
        yield _done(future, index_of[future.key], roots)
        future.release()


def _next(ended: "SimpleQueue[Future[Any]]") -> "Future[Any] | None":
    try:
        return ended.get(timeout=1)
    except Empty:
        return None


def _has_workers(client: "Client") -> bool:
    try:
        return bool(client.nthreads())
    except Exception:  # whatever the connection dies of
        return False


def _done(future: "Future[Any]", index: int, roots: Roots) -> Done[Made]:
    """Return what became of one item, in the words and paths of this machine. Raises HandbillError."""
    from distributed import KilledWorker

    if future.cancelled():
        raise _lost("the scheduler is gone")
    try:
        answer: task.Answer = future.result(timeout=GATHER_SECONDS)
    except KilledWorker:
        return Done(index, failure="ended every worker that it was given to")
    except (TimeoutError, OSError) as problem:
        raise _lost("a finished piece could not be fetched") from problem
    except task.Differs as problem:
        message = f"a worker that joined the cluster {problem}, and would draw differently"
        raise HandbillError([error("unfit-worker", message, hint=_ALIKE)]) from problem
    made = answer.done.result
    return Done(index, made and _at_home(made, answer.roots, roots), answer.done.failure)


def _lost(message: str) -> HandbillError:
    hint = "start scheduler and workers again, then build again; what stood in the output is as it was"
    return HandbillError([error("cluster-lost", message, hint=hint)])


def _at_home(made: Made, there: Roots, here: Roots) -> Made:
    """Return what was made with each finding told of this machine's files."""
    return replace(made, diagnostics=tuple(_told(one, there, here) for one in made.diagnostics))


def _told(found: Diagnostic, there: Roots, here: Roots) -> Diagnostic:
    path, message = str(found.place.path or ""), found.message
    for theirs, ours in ((there.project, here.project), (there.builtin, here.builtin)):
        path, message = path.replace(str(theirs), str(ours)), message.replace(str(theirs), str(ours))
    place = replace(found.place, path=Path(path)) if path else found.place
    return replace(found, place=here.shown_place(place), message=message)
