"""The cache in Redis, of which nothing correct depends: while Redis is away every look-up is a miss."""

import logging
from typing import Any

from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from redis import Redis
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

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Those values that are stored; none without Redis."""
        found: dict[Any, Any] = self._forgiving(super().get_many, {}, keys, version)
        return found

    def set_many(self, data: Any, timeout: Any = 300, version: int | None = None) -> list[Any]:
        """Store several values; answers the keys that were not stored."""
        refused: list[Any] = self._forgiving(super().set_many, list(data), data, timeout, version)
        return refused

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        """Forget several values."""
        self._forgiving(super().delete_many, None, keys, version)

    def touch(self, key: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Keep a value for longer."""
        return bool(self._forgiving(super().touch, ABSENT, key, timeout, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether a value is stored; without Redis none is."""
        return bool(self._forgiving(super().has_key, ABSENT, key, version))

    def clear(self) -> None:
        """Forget everything."""
        self._forgiving(super().clear, None)

    @staticmethod
    def _forgiving(call: Any, fallback: Any, *args: Any) -> Any:
        try:
            return call(*args)
        except RedisError as error:
            log.warning("cache away: %s", type(error).__name__)
            return fallback


def redis_state() -> str:
    """Whether the Redis of the settings answers: up, down, or "none" where none is set."""
    if not settings.REDIS_URL:
        return "none"
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S) as redis:
            redis.ping()
    except RedisError:
        return "down"
    return "up"
