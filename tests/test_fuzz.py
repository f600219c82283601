"""A small part of what `make fuzz` throws at `import`."""

from __future__ import annotations

import pytest

from tests.fuzz import fuzz


@pytest.mark.filterwarnings("ignore")  # of openpyxl, of damaged workbooks
def test_500_odd_inputs_give_no_traceback_and_change_nothing_when_refused(capsys: pytest.CaptureFixture[str]) -> None:
    found = fuzz(500)
    capsys.readouterr()
    assert found.failures == []
    assert sum(found.codes.values()) == 500
    assert found.codes[0] > 10
    assert found.codes[1] > 200
