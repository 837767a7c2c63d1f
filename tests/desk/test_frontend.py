from __future__ import annotations

from pathlib import Path

import pytest

from desk.errors import FrontendMissingError
from desk.frontend import Frontend
from desk.settings import DeskSettings


def test_the_typeface_and_fonts_of_gov_uk_are_left_out() -> None:
    frontend = Frontend.load(DeskSettings().frontend)
    assert "GDS Transport" not in frontend.css
    assert "@font-face" not in frontend.css
    assert "/assets/fonts" not in frontend.css
    assert "font-family:Arial" in frontend.css
    assert "sourceMappingURL" not in frontend.css + frontend.js


def test_without_govuk_frontend_the_error_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(FrontendMissingError, match="npm ci"):
        Frontend.load(tmp_path)
