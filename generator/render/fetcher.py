"""What drawing may read: files inside the allowed folders, and pictures carried in a data: address. No network."""

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from generator.errors import NOWHERE, Diagnostic, Place, error
from generator.render.assets import Assets
from generator.render.pictures import MAX_BYTES, picture_problem

# What else a style sheet may ask for. Whatever its name, a file that starts like a drawing is judged as one.
_NO_PICTURES = frozenset({".css", ".ttf", ".otf", ".woff", ".woff2", ".icc"})


# WeasyPrint ships no types, so its classes are anything to the checker; to subclass them is its own way to be given a
# fetcher, and to end a drawing.
class Refused(FatalURLFetchingError):  # type: ignore[misc]
    """Something was asked for that a piece may not reach or draw; not being an Exception, it ends the drawing.

    A finding without a place is about the address: `written` is how it ends where it was written.
    """

    def __init__(self, found: Diagnostic, written: str = "") -> None:
        super().__init__(found.message)
        self.found, self.written = found, written


class Jail(URLFetcher):  # type: ignore[misc]  # as above
    """A fetcher that opens nothing but the assets, and no picture that asks too much. Raises Refused."""

    def __init__(self, assets: Assets) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.assets = assets
        self.fetched: set[Path] = set()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the resource at an address."""
        parts = urlsplit(url)
        if parts.scheme == "data" and parts.path.startswith("image/"):
            response = super().fetch(url, headers)
            data, kind = response.read(), response.content_type
            return self._judged(url, data, kind, NOWHERE)
        if parts.scheme != "file" or parts.netloc:
            raise _refused(url, f"{_shown(url)} is not a file of the project; pieces are drawn without network")
        path = Path(url2pathname(unquote(parts.path)))
        is_inside = self.assets.holds(path)
        if is_inside and not path.exists():
            raise FileNotFoundError(f"no file {path.name}")
        if not is_inside or not self.assets.allows(path):
            raise _refused(url, f"{path} lies outside the project's templates and content")
        return self._file(path.resolve())

    def _file(self, path: Path) -> URLFetcherResponse:
        if path.stat().st_size > MAX_BYTES:
            message = f"is longer than {MAX_BYTES:,} bytes"
            raise Refused(error("picture-too-large", message, place=Place(path), hint="save it smaller"))
        data = path.read_bytes()
        self.fetched.add(path)
        kind = guess_type(path.name)[0] or "application/octet-stream"
        return self._judged(path.as_uri(), data, kind, Place(path))

    def _judged(self, url: str, data: bytes, kind: str, place: Place) -> URLFetcherResponse:
        is_plain = place.path is not None and place.path.suffix.lower() in _NO_PICTURES
        problem = None if is_plain and not data.lstrip().startswith(b"<") else picture_problem(data, place)
        if problem:
            raise Refused(problem, _tail(url))
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def _refused(url: str, message: str) -> Refused:
    return Refused(error("refused", message, hint="keep it in the project and name it by its path"), _tail(url))


def _tail(url: str) -> str:
    """Return the end of an address, which is how it was written however it was completed."""
    return "" if url.startswith("data:") else unquote(urlsplit(url).path.rpartition("/")[2] or urlsplit(url).netloc)


def _shown(url: str) -> str:
    return url if len(url) <= 120 else f"{url[:117]}..."
