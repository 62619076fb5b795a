"""Put a file into the validator's cache of answers, under the address that it has on the web: `python keep_context.py ADDRESS FILE CACHE`."""

import sys
from pathlib import Path

from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse


class Shelf(HTTPAdapter):
    """Answers every request with one file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def send(self, request, **_):
        body = self.file.open("rb")
        headers = {"Content-Type": "application/ld+json"}
        answer = HTTPResponse(body=body, status=200, headers=headers, preload_content=False)
        return self.build_response(request, answer)


address, file, cache = sys.argv[1:]
session = CachedSession(cache, backend="sqlite", expire_after=-1)
session.mount("https://", Shelf(Path(file)))
session.get(address).raise_for_status()
