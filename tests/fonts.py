"""What the tests know about fonts: the faces of the theme, and for each script the names of languages written in it."""

import tomllib
from dataclasses import dataclass
from typing import Any

from core.paths import ROOT

FAMILY = "Headline Lab"
STREAMLITS_OWN = {"Latin", "Cyrillic", "Greek"}  # Source Sans has them
# As the languages' speakers write their names.
NAMES = {
    "Arabic": "العربية فارسی اردو",
    "Devanagari": "हिन्दी मराठी नेपाली",
    "Bengali": "বাংলা অসমীয়া",
    "Ethiopic": "አማርኛ",
    "Hebrew": "עברית",
    "Armenian": "հայերեն",
    "Georgian": "ქართული",
    "Gurmukhi": "ਪੰਜਾਬੀ",
    "Gujarati": "ગુજરાતી",
    "Oriya": "ଓଡ଼ିଆ",
    "Tamil": "தமிழ்",
    "Telugu": "తెలుగు",
    "Kannada": "ಕನ್ನಡ",
    "Malayalam": "മലയാളം",
    "Sinhala": "සිංහල",
    "Thaana": "ދިވެހި",
    "Thai": "ภาษาไทย",
    "Lao": "ພາສາລາວ",
    "Khmer": "ភាសាខ្មែរ",
    "Myanmar": "မြန်မာဘာသာ",
    "Tibetan": "བོད་སྐད",
    "Hangul": "한국어",
    "Han": "简体中文",
    "Japanese": "日本語ひらがなカタカナ",
}


@dataclass(frozen=True)
class Face:
    """A file and the characters that are drawn with it."""

    address: str
    characters: frozenset[int]


def theme() -> dict[str, Any]:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    return dict(settings["theme"])


def faces() -> list[Face]:
    """The faces of our family, in the theme's order."""
    return [
        Face(entry["url"], _characters(entry["unicodeRange"]))
        for entry in theme()["fontFaces"]
        if entry["family"] == FAMILY
    ]


def _characters(ranges: str) -> frozenset[int]:
    """The characters of CSS's notation: "U+0590-05FF, U+200C-200D"."""
    bounds = [part.removeprefix("U+").split("-") for part in ranges.split(", ")]
    return frozenset(code for low, high in bounds for code in range(int(low, 16), int(high, 16) + 1))
