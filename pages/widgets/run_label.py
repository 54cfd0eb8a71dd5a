"""A run in a list: when it was started in the browser's time zone, its settings, its accuracy."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.insight.wording import percent
from core.runs.run import ACTIVE, Run


def run_label(run: Run) -> str:
    """A run in a list: its start, preset, cell and test accuracy or status; plain text."""
    result = run.result()
    status = run.status()
    score = percent(result.test.accuracy) if result else "at work" if status in ACTIVE else status
    merged = " · merged" * bool(run.settings.merged)
    return f"{local_time(run.created):%H:%M} · {run.settings.preset} · {run.settings.network.cell}{merged} · {score}"


def local_time(moment: datetime) -> datetime:
    """``moment`` in the browser's time zone, or unchanged if that is not known."""
    try:
        return moment.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ValueError, ZoneInfoNotFoundError, TypeError):
        return moment
