"""A real HTTP server on loopback that can misbehave as publishers' servers and mirrors do."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Page:
    """What the server gives at one path, and how it goes wrong.

    `cut_after` closes the connection after so many bytes, `stall_after` sends no more after them;
    `length` is the Content-Length it claims ("" for none, None for the true one); `fails` is how
    many requests get an error first.
    """

    content: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    stall_after: int | None = None
    length: str | None = None
    fails: int = 0


@dataclass
class Site:
    """A server under way: change `pages` at will, read which paths were `asked` for."""

    url: str
    pages: dict[str, Page]
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        page = self.site.pages.get(self.path, Page(b"<html>Not found</html>", status=404))
        failing = self.site.asked.count(self.path) <= page.fails
        with contextlib.suppress(ConnectionError):  # a client that gave up
            self.send_response(503 if failing else page.status)
            length = str(len(page.content)) if page.length is None else page.length
            for name, value in {"Content-Length": length, **page.headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            stop = page.stall_after if page.cut_after is None else page.cut_after
            self.wfile.write(page.content[:stop])
            if page.stall_after is not None:
                self.site.closing.wait(10)

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
