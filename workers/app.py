"""Celery: carries nudges from the clock to the workers. Nothing that matters is in a message."""

from __future__ import annotations

from celery import Celery

NUDGE = "beacon.nudge"
NUDGE_EXPIRES = 5  # seconds; the clock sends another one as long as there is work


def make_app(broker_url: str) -> Celery:
    """A Celery application on this broker.

    No results, no ETA, no remote control, early acknowledgement: a lost or repeated nudge costs nothing,
    since the database decides what is due and whose turn it is.
    """
    app = Celery("beacon", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=False,
        task_default_queue="beacon",
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,  # it would take our lines for a stranger's, and drop them
        worker_prefetch_multiplier=4,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_channel_error_retry=True,  # a Redis out of memory is away, no reason to end the worker
        broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 2},
        enable_utc=True,
    )
    return app
