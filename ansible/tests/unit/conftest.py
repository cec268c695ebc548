"""Fixtures; what is behind them is in harness.py."""

import pytest
from harness import Stub


@pytest.fixture
def stub(tmp_path):
    """A java that answers as a test says; see harness.Stub."""
    return Stub(tmp_path)
