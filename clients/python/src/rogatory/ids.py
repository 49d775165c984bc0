"""Ids of referrals and messages. Owns how one is minted; it must not keep any."""

import os
import time
import uuid

_VERSION_MASK, _VERSION = 0xF << 76, 7 << 76
_VARIANT_MASK, _VARIANT = 0x3 << 62, 2 << 62


def fresh_id() -> str:
    """A UUIDv7 (RFC 9562), as ids of referrals and messages are.

    Mint one and store it before the first try: a repeat under the same id has one effect, even after this process
    ended.
    """
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~_VERSION_MASK | _VERSION
    value = value & ~_VARIANT_MASK | _VARIANT
    return str(uuid.UUID(int=value))
