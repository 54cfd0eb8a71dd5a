"""Whether downloads get lost while others type: ``python -m benchmarks.downloads [--downloads 100] [--json]``.

Serves the app on loopback with an empty storage. ``--sessions`` visitors type a headline about every ``--every``
seconds (benchmarks/load.py). Beside them one visitor after the other opens the Predict page, leaves, waits ``--late``
seconds and fetches the classifier that the page offered. A download is whole if each file in it has the classifier's
SHA-256; another visitor must be refused at its address.
"""

import argparse
import asyncio
import gzip
import hashlib
import io
import json
import random
import urllib.error
import urllib.request
import zipfile
from contextlib import AsyncExitStack

from benchmarks.load import Load
from benchmarks.visitor import PATIENCE, Server, Visitor, served
from core.model.classifier_archive import pack
from core.paths import SAMPLE, STARTER

LABEL = "Download this classifier"


def fetch(server: Server, address: str, cookie: str) -> tuple[int, bytes]:
    """Status and content of a download, fetched with this cookie."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/{address}", headers={"Cookie": cookie, "Accept-Encoding": "gzip"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            content = answer.read()
            # A length, and no encoding on the way: the browser shows how far it is.
            assert int(answer.headers["Content-Length"]) == len(content)
            return answer.status, content
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def sums(content: bytes) -> dict[str, str]:
    """The SHA-256 of each file of a zip; the zip's own bytes hold the time."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


async def offered(server: Server, cookie: str) -> str:
    """The address of the classifier's download on the Predict page of a session that has ended since."""
    async with server.connect(cookie) as websocket:
        visitor = Visitor(websocket)
        await visitor.open_page()
        return visitor.downloads[LABEL]


async def measure(server: Server, args: argparse.Namespace) -> dict[str, int]:
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        headlines = [json.loads(line)["headline"] for line in lines]
    stream = io.BytesIO()
    pack(STARTER, stream)
    expected = sums(stream.getvalue())
    load, counts = Load(server), {"downloads": args.downloads, "whole": 0, "refused_to_others": 0}
    async with AsyncExitStack() as stack:
        await load.warm_up(headlines[0])
        await load.open_pages(args.sessions, stack)
        typing = asyncio.create_task(load.type(3_600, args.every, headlines, random.Random(0)))
        for _ in range(args.downloads):
            cookie = await asyncio.to_thread(server.cookie)
            address = await offered(server, cookie)
            await asyncio.sleep(args.late)
            status, content = await asyncio.to_thread(fetch, server, address, cookie)
            counts["whole"] += status == 200 and sums(content) == expected
            stranger = await asyncio.to_thread(server.cookie)
            counts["refused_to_others"] += (await asyncio.to_thread(fetch, server, address, stranger))[
                0
            ] == 404
        typing.cancel()
    return counts | {"predictions_beside": len(load.predictions), "errors": len(load.errors)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--downloads", type=int, default=100)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two headlines")
    parser.add_argument(
        "--late", type=float, default=0.5, help="seconds from the end of a session to the download"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    args = parser.parse_args()
    with served() as server:
        record = asyncio.run(measure(server, args))
    for name, value in record.items():
        print(f"{name.replace('_', ' '):20}{value:8}")
    if args.json:
        print(json.dumps(record))


if __name__ == "__main__":
    main()
