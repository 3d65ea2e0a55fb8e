# The public names and where each lives. `__init__.py` imports a module when one of its names is first used.

from .accuracy import Interval, accuracy_interval
from .family import holm
from .majority import CurvePoint, RecordedDraws, majority_accuracy, self_consistency_curve
from .noninferiority import non_inferiority_p
from .paired import PairedDifference, paired_difference
from .power import items_needed, mcnemar_power, smallest_detectable
from .prediction_powered import Corrected, corrected_accuracy, corrected_difference
from .published import share_interval, unpaired_interval
from .replicates import VarianceComponents, variance_components
from .sequential import SequentialComparison, anytime_interval, anytime_p
from .verdicts import Verdict, VerdictKind, items_to_exclude, verdict

__all__ = [
    "Corrected",
    "CurvePoint",
    "Interval",
    "PairedDifference",
    "RecordedDraws",
    "SequentialComparison",
    "VarianceComponents",
    "Verdict",
    "VerdictKind",
    "accuracy_interval",
    "anytime_interval",
    "anytime_p",
    "corrected_accuracy",
    "corrected_difference",
    "holm",
    "items_needed",
    "items_to_exclude",
    "majority_accuracy",
    "mcnemar_power",
    "non_inferiority_p",
    "paired_difference",
    "self_consistency_curve",
    "share_interval",
    "smallest_detectable",
    "unpaired_interval",
    "variance_components",
    "verdict",
]
