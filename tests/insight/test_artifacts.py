"""An artifact that cannot be read any more is set aside, so that it is computed again."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import AnalysisError
from core.insight import artifacts
from core.model.classifier_files import CARD_FILE


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_artifact_is_set_aside(tmp_path: Path, compression: int) -> None:
    """Python's bz2 says damage with an OSError, which is no reason to keep the file."""
    (tmp_path / CARD_FILE).write_bytes(b"{}")
    path = artifacts.artifact_path(tmp_path, "map")
    path.parent.mkdir()
    member = io.BytesIO()
    np.save(member, np.arange(3))
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("a.npy", member.getvalue())
    damaged = bytearray(path.read_bytes())
    damaged[45:53] = bytes(byte ^ 0xFF for byte in damaged[45:53])  # behind the local header and the name
    path.write_bytes(damaged)
    with pytest.raises(AnalysisError, match=r"map\.npz is damaged: .*set aside"):
        artifacts.read(tmp_path, "map")
    assert not path.exists()
    assert path.with_suffix(".damaged").read_bytes() == damaged
