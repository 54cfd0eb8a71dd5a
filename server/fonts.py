"""One route for the fonts of data/fonts: those of scripts that a computer may lack.

Streamlit's own static files are sent whole again at every visit: it names no time for which a browser may keep them.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from core import paths

_HEADERS = {
    "Cache-Control": "public, max-age=2592000",  # 30 days; a font that changes gets another name
    # Compressed already; Streamlit would compress it again.
    "Content-Encoding": "identity",
}


def font_route(folder: Path = paths.FONTS) -> Route:
    """The route, also below a ``server.baseUrlPath``."""
    fonts = {file.name: file for file in folder.glob("*.woff2")}  # names that a request can choose from

    async def send_font(request: Request) -> Response:
        file = fonts.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("Not found", 404)
        return FileResponse(file, headers=_HEADERS, media_type="font/woff2")

    return Route("/{base:path}fonts/{name}", send_font, methods=["GET"])  # and HEAD
