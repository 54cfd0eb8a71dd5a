"""``kill -9`` at every line that writes a checkpoint: one that is whole is always there.

A process of its own forks once for each line that runs in ``checkpoints.py`` and ``files.py`` while the third
checkpoint is written; the fork is killed at that line. What stands on the disk then must be the second checkpoint or
the third, and another must be writable after it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.paths import ROOT

SCRIPT = '''
import os, shutil, signal, sys
from pathlib import Path
import numpy as np
from core.training.checkpoints import Checkpoints

class Variable:
    """What a checkpoint needs of TensorFlow's."""
    def __init__(self, value): self.value = np.full((50, 20), value, np.float32)
    shape = property(lambda self: self.value.shape)
    def numpy(self): return self.value
    def assign(self, value): self.value = value

def write(folder, number):
    Checkpoints(folder).write([Variable(number)], best={"w": np.full(9, number)}, progress={"number": number})

def killed_at(line, folder):
    seen = 0
    def trace(frame, event, argument):
        nonlocal seen
        if not frame.f_code.co_filename.endswith(("checkpoints.py", "files.py")):
            return None
        if event == "line":
            seen += 1
            if seen == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace
    sys.settrace(trace)
    write(folder, 3)
    sys.settrace(None)
    os._exit(0)

root = Path(sys.argv[1])
write(root / "start", 1)
write(root / "start", 2)
found, line = {2: 0, 3: 0}, 0
while True:
    line += 1
    folder = root / str(line)
    shutil.copytree(root / "start", folder)
    child = os.fork()
    if not child:
        killed_at(line, folder)
    _, status = os.waitpid(child, 0)
    variable = Variable(0)
    best, progress = Checkpoints(folder).read([variable])
    number = progress["number"]
    assert (variable.value == number).all() and (best["w"] == number).all(), line
    found[number] += 1
    write(folder, 4)
    assert Checkpoints(folder).read([variable])[1]["number"] == 4, line
    if not os.WIFSIGNALED(status):
        break
    shutil.rmtree(folder)
print(line - 1, found[2], found[3] - 1)
'''


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_killed_at_every_line_of_a_checkpoints_writing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines, before, after = map(int, done.stdout.split())
    assert lines == before + after
    assert lines > 50
    assert before > 40  # the old one serves until the manifest is replaced
    assert after > 0
