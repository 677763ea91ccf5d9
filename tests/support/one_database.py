"""Marks of tests that are about one kind of database, or need no more than one."""

from __future__ import annotations

import pytest

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
