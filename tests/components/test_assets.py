"""Scripts and styles are joined from their files, and each script has a test."""

from pathlib import Path

import pytest

from pages.components.assets import PAGES, joined


def test_what_is_imported_stands_before_once_and_without_its_export(tmp_path: Path) -> None:
    (tmp_path / "base.js").write_text("export const one = 1\n")
    (tmp_path / "half.js").write_text('import { one } from "./base.js"\n\nexport function half() {}\n')
    (tmp_path / "whole.js").write_text(
        'import {\n  half,\n} from "./half.js"\nimport { one } from "./base.js"\n\nexport default half\n'
    )
    assert joined(tmp_path / "whole.js") == "const one = 1\n\nfunction half() {}\n\nexport default half\n"


def test_a_style_holds_what_it_imports(tmp_path: Path) -> None:
    (tmp_path / "bars.css").write_text("ol { margin: 0 }\n")
    (tmp_path / "list.css").write_text('@import "./bars.css";\n')
    assert joined(tmp_path / "list.css") == "ol { margin: 0 }\n\n"


@pytest.mark.parametrize("script", sorted(PAGES.rglob("*.js")), ids=lambda path: path.stem)
def test_each_component_stands_beside_its_python_and_is_tested(script: Path) -> None:
    if "export default" not in script.read_text():  # imported by others
        return
    assert script.with_suffix(".py").is_file()
    assert script.with_suffix(".css").is_file()
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert f'"{script.relative_to(PAGES).with_suffix("").as_posix()}"' in tests
