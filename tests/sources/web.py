"""A real HTTP server on loopback that can misbehave in the ways publishers' servers and mirrors do."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Page:
    """What the server gives at one path, and how it goes wrong.

    `cut_after` closes the connection after so many bytes, `stall_after` sends no more after them; `length` is the
    Content-Length it claims ("" for none, None for the true one); `skips` answers a range so many bytes too late.
    """

    content: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    ranges: bool = True
    cut_after: int | None = None
    stall_after: int | None = None
    length: str | None = None
    skips: int = 0


@dataclass
class Asked:
    """One request, its headers, and how many bytes of content it was sent."""

    path: str
    headers: Mapping[str, str | None]
    sent: int = 0


@dataclass
class Site:
    """A server under way: change `pages` at will, read what it was `asked`."""

    url: str
    pages: dict[str, Page]
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        asked = Asked(
            self.path,
            {
                name: self.headers[name]
                for name in ("Range", "If-Range", "User-Agent", "Accept-Encoding")
            },
        )
        self.site.asked.append(asked)
        page = self.site.pages.get(self.path, Page(b"<html>Not found</html>", status=404))
        start = self._start(page)
        with contextlib.suppress(ConnectionError):  # a client that gave up
            if start >= len(page.content) > 0:
                self.send_error(416)
                return
            body = page.content[start:]
            self._head(page, start, len(body))
            stop = page.stall_after if page.cut_after is None else page.cut_after
            asked.sent = self.wfile.write(body[:stop])
            if page.stall_after is not None:
                self.site.closing.wait(10)

    def _start(self, page: Page) -> int:
        asked, condition = self.headers["Range"], self.headers["If-Range"]
        same = condition is None or condition in page.headers.values()
        return (
            int(asked.removeprefix("bytes=").removesuffix("-")) + page.skips
            if asked and page.ranges and same
            else 0
        )

    def _head(self, page: Page, start: int, size: int) -> None:
        self.send_response(206 if start else page.status)
        if start:
            self.send_header(
                "Content-Range", f"bytes {start}-{start + size - 1}/{len(page.content)}"
            )
        length = str(size) if page.length is None else page.length
        for name, value in {"Content-Length": length, **page.headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it so)
        """Say nothing."""


@contextlib.contextmanager
def serve(pages: Mapping[str, Page]) -> Iterator[Site]:
    """Serve pages (path → page) on a free port of loopback until the block ends, threads and all."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = False  # so that closing waits for each
        site = Site(f"http://127.0.0.1:{server.server_port}", dict(pages))
        server.RequestHandlerClass = type("Handler", (_Handler,), {"site": site})
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.closing.set()
            server.shutdown()
            thread.join()
