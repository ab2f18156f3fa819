"""Our end of the connection to a process that runs a learner's code: every wait ends, whatever the other side does."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Container, Iterator
from multiprocessing.connection import Connection
from typing import Any

from autograder.exercise import Inputs
from autograder.running import wire
from autograder.running.failures import GARBLED, GONE, LATE, TOLD, StoppedError
from autograder.running.observe import MODES

LARGEST_REPLY = 32 * 2**20
"""Bytes that one reply may have; right answers to the largest cases need less than a tenth."""
LONGEST_TEXT = 1000
"""Characters of a text in a reply; `observe` and `worker` cut theirs before that."""


class Channel:
    """Questions and answers as plain data, under a deadline."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seconds = 0.0
        self._end = 0.0

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Hang up when so many seconds have passed before the end of the block.

        Half a message, or none taken, would hold us up whatever we ask of the connection.
        """
        self._seconds, self._end = seconds, time.monotonic() + seconds
        watch = threading.Timer(seconds, self._hang_up)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            watch.join()  # it must not hang up on whoever gets the same descriptor next

    def send(self, message: Any) -> None:
        """Send one message. Raises `StoppedError` where nobody takes it."""
        try:
            self._connection.send_bytes(wire.encode(message))
        except OSError as error:
            raise self._stopped() from error

    def receive(self) -> Any:
        """The next message. Raises `StoppedError` if none comes in time, it is no message, or the process is gone."""
        try:
            return wire.decode(self._connection.recv_bytes(LARGEST_REPLY))
        except (EOFError, OSError) as error:
            raise self._stopped() from error
        except wire.WireError as error:
            raise StoppedError(GARBLED) from error

    def receive_loaded(self) -> None:
        """Take the message that says how loading the learner's code went.

        Raises `StoppedError` with the failure that it tells of, or where it is no such message.
        """
        loaded = self.receive()
        if not isinstance(loaded, dict) or "failure" not in loaded:
            raise StoppedError(GARBLED)
        if loaded["failure"] is not None:
            failure, detail = str(loaded["failure"]), str(loaded.get("detail"))[:LONGEST_TEXT]
            raise StoppedError(failure, detail, told=True) if failure in TOLD else StoppedError(GARBLED)

    def receive_record(self, inputs: Inputs) -> dict[str, Any]:
        """Take the record of a run on `inputs`. Raises `StoppedError` where it is none."""
        return checked_record(self.receive(), inputs)

    def close(self) -> None:
        """End the connection from our side."""
        self._connection.close()

    def _hang_up(self) -> None:
        """End the connection, so that whoever waits for it here goes on."""
        with socket.socket(fileno=os.dup(self._connection.fileno())) as channel, contextlib.suppress(OSError):
            channel.shutdown(socket.SHUT_RDWR)

    def _stopped(self) -> StoppedError:
        """Why there is no connection any more."""
        return StoppedError(GONE) if time.monotonic() < self._end else StoppedError(LATE, f"{self._seconds:g}")


def checked_record(record: Any, inputs: Inputs) -> dict[str, Any]:
    """A record of the form that `observe` makes; the process it came from may have sent anything."""
    raised = record.get("raised") if isinstance(record, dict) else None
    well_formed = (
        isinstance(record, dict)
        and are_among(record.get("changed"), inputs)
        and are_among(record.get("switched"), MODES)
        and isinstance(record.get("global_random"), bool)
        and (raised is None or is_raised(raised))
    )
    if not well_formed:
        raise StoppedError(GARBLED)
    return dict(record)


def are_among(names: Any, known: Container[str]) -> bool:
    """Whether a value is a list of some of these names."""
    return isinstance(names, list) and all(isinstance(name, str) and name in known for name in names)


def is_raised(raised: Any) -> bool:
    """Whether a value describes an exception."""
    return (
        isinstance(raised, dict)
        and all(is_text(raised.get(key)) for key in ("type", "message", "line"))
        and all(isinstance(raised.get(key), bool) for key in ("is_value_error", "is_not_implemented"))
    )


def is_text(value: Any) -> bool:
    """Whether a value is a text of the length that we send."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT
