from __future__ import annotations

import socket

import pytest
from _pytest.outcomes import Failed


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_connection_to_another_machine_fails_the_test(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as outgoing, pytest.raises(Failed, match=host):
        outgoing.connect((host, 80))


def test_connection_within_this_machine_is_let_through() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()

        client.connect(server.getsockname())

        assert client.getpeername() == server.getsockname()
