"""The engine of ``settings.DATABASES``."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks a connection of the pool before it is used; when one is dead, all that lie idle are checked at once.

    The pool's own check hands out the idle ones one after another and waits twice as long after each dead one: after
    a restart of the server somebody waited 20 seconds and was then told that there is none. ``CONN_HEALTH_CHECKS``,
    which asks for that check, is off.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that works; the pool replaces those that do not."""
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        if pool and not _is_alive(connection):
            pool.putconn(connection)
            pool.check()
            connection = super().get_new_connection(conn_params)
        return connection


def _is_alive(connection: Connection[Any]) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except OperationalError:
        return False
    return True
