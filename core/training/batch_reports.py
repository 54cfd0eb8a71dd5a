"""When a run reports a BatchEnd within an epoch, and the training figures that it tells."""

import time

REPORT_SECONDS = 0.4  # between two reports; a page draws about once a second
# A batch holds texts of similar length, so the loss of one alone is far from that of its neighbours: a report is over
# several steps. Where steps are slow it waits no longer than this.
STEPS_REPORTED, LONGEST_REPORT_SECONDS = 4, 2.0


class BatchReports:
    """The training figures since the last report of this epoch."""

    def __init__(self) -> None:
        self._reported = False  # in this epoch
        self.restart()

    def restart(self) -> None:
        """Begin the next report; call it when the last one has been handed over."""
        self.loss_sum, self.correct, self.rows, self._steps = 0.0, 0, 0, 0
        self._started = time.perf_counter()
        self.seconds = 0.0  # up to the last step

    def add(self, loss_sum: float, correct: int, rows: int) -> None:
        """Add the figures of a step over ``rows`` articles."""
        self.loss_sum += loss_sum
        self.correct += correct
        self.rows += rows
        self._steps += 1
        self.seconds = time.perf_counter() - self._started

    def due(self, *, last: bool) -> bool:
        """Whether to report now; ``last`` says that the epoch has no further batch.

        The few batches left over at the end of an epoch are not reported, unless they are all that it has.
        """
        wait = REPORT_SECONDS if self._steps >= STEPS_REPORTED else LONGEST_REPORT_SECONDS
        if self.seconds < wait and not (last and not self._reported):
            return False
        self._reported = True
        return True
