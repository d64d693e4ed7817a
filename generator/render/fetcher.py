"""What drawing may read: files inside the allowed folders, and pictures carried in a data: address. No network."""

from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from generator.render.assets import Assets


class Refused(FatalURLFetchingError):  # type: ignore[misc]  # weasyprint ships no types
    """Something was asked for that a piece may not reach; WeasyPrint passes this on, not being an Exception."""


class Jail(URLFetcher):  # type: ignore[misc]  # weasyprint ships no types
    """A fetcher that opens nothing but the assets. Raises Refused with the address and the reason."""

    def __init__(self, assets: Assets) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self.assets = assets

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the resource at an address."""
        parts = urlsplit(url)
        if parts.scheme == "data" and parts.path.startswith("image/"):
            return super().fetch(url, headers)
        if parts.scheme != "file" or parts.netloc:
            raise Refused(f"{_shown(url)} is not a file of the project; pieces are drawn without network")
        path = Path(url2pathname(unquote(parts.path)))
        if not path.exists():
            raise FileNotFoundError(f"no file {path.name}")
        if not self.assets.allows(path):
            raise Refused(f"{path} lies outside the project's templates and content")
        return super().fetch(path.resolve().as_uri(), headers)


def _shown(url: str) -> str:
    return url if len(url) <= 120 else f"{url[:117]}..."
