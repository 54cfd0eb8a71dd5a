"""The effect of interventions on the prediction: a gate of a cell forced open or shut, or a state forced to 0.

Leaves out: the forward pass with an intervention (``model/forward.py: Intervention``).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class InterventionEffect:
    """A prediction with an intervention, compared with the prediction without it.

    Attributes:
        ranking: (label id, probability without, probability with the intervention), by the larger of the two.
    """

    ranking: tuple[tuple[int, float, float], ...]

    @classmethod
    def between(cls, free: list[float], forced: list[float]) -> "InterventionEffect":
        """Compare the probabilities of all labels, without and with the intervention."""
        order = sorted(range(len(free)), key=lambda label: -max(free[label], forced[label]))
        return cls(ranking=tuple((label, free[label], forced[label]) for label in order))

    @property
    def free_label(self) -> int:
        """The predicted label without the intervention."""
        return max(self.ranking, key=lambda row: row[1])[0]

    @property
    def forced_label(self) -> int:
        """The predicted label with the intervention."""
        return max(self.ranking, key=lambda row: row[2])[0]

    @property
    def largest_change(self) -> tuple[int, float, float]:
        """The label whose probability changes most."""
        return max(self.ranking, key=lambda row: abs(row[2] - row[1]))
