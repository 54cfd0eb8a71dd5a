"""The libraries against the list of known vulnerabilities, where the service that has it answers.

``pip-audit`` passes over what the service does not know, and says so only in its report: without the service it would
find nothing in nothing. So one library is asked for first.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.paths import ROOT

Report = list[dict[str, Any]]  # a record for each dependency
PINNED = [
    line.removesuffix(" \\")  # its hashes follow
    for line in (ROOT / "requirements.txt").read_text().splitlines()
    if "==" in line and not line.startswith((" ", "#"))
]


def _report(lines: list[str], tmp_path: Path) -> Report:
    """Each dependency with its vulnerabilities, or with the reason for which it was skipped."""
    file = tmp_path / "requirements.txt"
    file.write_text("\n".join(lines))
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(file), "--no-deps", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    try:
        report: Report = json.loads(done.stdout)["dependencies"]
    except ValueError:  # it could not connect
        pytest.skip(f"pip-audit: the vulnerability service does not answer ({done.stderr.strip()[-200:]})")
    return report


def findings(report: Report) -> list[str]:
    """A sentence for each vulnerability."""
    return [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none'}"
        for one in report
        for flaw in one.get("vulns", [])
    ]


@pytest.mark.slow
def test_no_library_has_a_known_vulnerability(tmp_path: Path) -> None:
    (first,) = _report([line for line in PINNED if line.startswith("numpy==")], tmp_path)
    if "skip_reason" in first:
        pytest.skip(f"pip-audit: the vulnerability service does not answer ({first['skip_reason']})")
    report = _report(PINNED, tmp_path)
    assert len(report) >= len(PINNED) - 3  # some are for other systems only
    assert [one for one in report if "skip_reason" in one] == []
    assert findings(report) == []


def test_a_vulnerability_in_a_report_is_found() -> None:
    """A report as the documentation of pip-audit shows it."""
    report: Report = [
        {
            "name": "flask",
            "version": "0.5",
            "vulns": [{"id": "PYSEC-2019-179", "fix_versions": ["1.0"], "aliases": [], "description": ""}],
        },
        {"name": "jinja2", "version": "3.0.2", "vulns": []},
        {
            "name": "unknown",
            "skip_reason": "Dependency not found on PyPI and could not be audited: unknown (1)",
        },
    ]
    assert findings(report) == ["flask 0.5: PYSEC-2019-179, mended in 1.0"]
