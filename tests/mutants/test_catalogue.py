"""A mutant that no longer fits the engine would prove nothing."""

from __future__ import annotations

import pytest

from tests.mutants.catalogue import MUTANTS, Mutant
from tests.mutants.hunt import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_still_fits_the_engine_and_is_valid_python(mutant: Mutant) -> None:
    broken = mutant.broken((ROOT / mutant.file).read_text("utf-8"))
    compile(broken, str(mutant.file), "exec")


def test_there_are_at_least_twenty_and_each_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20
