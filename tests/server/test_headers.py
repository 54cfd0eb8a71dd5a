"""Headers on every answer."""

from server.headers import SecurityHeaders
from tests.server.asgi import request


def test_every_answer_is_guarded() -> None:
    answer = request(SecurityHeaders, [("host", "lab.school:8501")])
    assert answer.header("x-content-type-options") == ["nosniff"]
    assert answer.header("x-frame-options") == ["SAMEORIGIN"]
    assert answer.header("referrer-policy") == ["same-origin"]
    [policy] = answer.header("content-security-policy")
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["frame-ancestors"] == "'self'"
    assert directives["object-src"] == "'none'"
    # No directive lets in what comes from elsewhere.
    elsewhere = {source for sources in directives.values() for source in sources.split() if "." in source}
    assert elsewhere == {"ws://lab.school:8501", "wss://lab.school:8501"}


def test_a_websocket_is_let_through_untouched() -> None:
    message = {"type": "websocket.accept", "headers": []}
    assert request(SecurityHeaders, kind="websocket", sends=[message]).answers == [message]
