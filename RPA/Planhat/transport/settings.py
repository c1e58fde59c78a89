"""The limits and delays that a transport keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How long to wait, how often to try again, and how fast to go.

    The defaults fit Planhat's published limits: 200 calls a minute, 150 a second, 50 in parallel.

    Attributes:
        timeout: Seconds that one call may take in all: every attempt, every wait, reading the answer.
            Only the operating system's look-up of a host name is outside of it.
        connect_timeout: Seconds to wait for a connection, for each address of the host.
        read_timeout: Seconds of silence that are borne while sending a request or reading its answer.
        retries: Attempts after the first; 0 switches retrying off.
        backoff: Seconds up to which the first wait after a failure is drawn; doubled for each further one.
        throttle_backoff: The same after Planhat asked to slow down without saying for how long.
        longest_wait: Seconds that a drawn wait never exceeds.
        longest_retry_after: Seconds that Planhat may ask us to wait; when it asks for more, the call fails at once.
        calls_per_minute: Calls started within any 60 seconds; 0 for no limit.
        calls_per_second: Calls started within any second; 0 for no limit.
        parallel: Calls under way at the same time; 0 for no limit but the 50 connections that are kept to a host.
        rate_limit_file: A file, made when missing, through which the processes of one machine share the two call
            limits; `None` to keep them per transport.
        max_response_bytes: Bytes that an answer may have after decompression.
    """

    timeout: float = 300.0
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    retries: int = 4
    backoff: float = 0.5
    throttle_backoff: float = 2.0
    longest_wait: float = 30.0
    longest_retry_after: float = 120.0
    calls_per_minute: int = 200
    calls_per_second: int = 150
    parallel: int = 50
    rate_limit_file: str | None = None
    max_response_bytes: int = 1 << 30
