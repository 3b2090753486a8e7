"""The cache in Redis, of which nothing correct depends: while Redis is away every look-up is a miss."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
TIMEOUT_S = 0.3
STORED, ABSENT = True, False


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache that answers a miss instead of an error."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_timeout": TIMEOUT_S,
            "socket_connect_timeout": TIMEOUT_S,
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The stored value, or `default` without Redis."""
        return self._forgiving(super().get, default, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        """Store a value; without Redis nothing is stored."""
        self._forgiving(super().set, None, key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Store a value where there is none; without Redis say that it was."""
        return bool(self._forgiving(super().add, STORED, key, value, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(self._forgiving(super().delete, ABSENT, key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count up; without Redis the key counts as absent (ValueError, as for any absent key)."""
        try:
            return super().incr(key, delta, version)
        except RedisError as error:
            raise ValueError(key) from error

    @staticmethod
    def _forgiving(call: Any, fallback: Any, *args: Any) -> Any:
        try:
            return call(*args)
        except RedisError as error:
            log.warning("cache away: %s", type(error).__name__)
            return fallback
