"""Every module can be loaded, those of pages and commands that hardly anybody asks for among them."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import store
import sync
import terminal
import verification

MODULES = [
    module.name
    for package in (store, sync, terminal, verification)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_it_loads(name: str) -> None:
    importlib.import_module(name)
