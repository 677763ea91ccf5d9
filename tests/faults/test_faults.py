"""The most telling of the twenty faults, briefly, with real processes; `make faults` runs all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.catalogue import scenarios
from tests.faults.databases import Databases
from tests.faults.running import Job, jobs, run_job
from tests.faults.scenario import DATABASES, Scale

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.faults

SEED = 7
TELLING = {"random-kills", "sigstop-past-the-lease", "outcome-writes-failing"}
"""About a minute on two quiet cores, both databases together."""
JOBS = jobs([(name, one) for name, one in scenarios() if name in TELLING], DATABASES, Scale(short=True))


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with Databases() as places:
        yield places


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.id)
def test_a_fault_loses_doubles_and_disorders_nothing(job: Job, databases: Databases) -> None:
    figures = run_job(job, databases, SEED)
    assert figures.ok, figures


def test_every_one_of_the_twenty_faults_has_its_scenario() -> None:
    assert {one.number for _, one in scenarios()} == set(range(1, 21))
