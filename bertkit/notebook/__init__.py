"""What moves in a lesson: predictions, the x-ray of a masked batch, live curves and quizzes.

Every object has a rich form for JupyterLab and a readable text form for wherever no widget lives.
"""

from bertkit.notebook.curves import LiveCurves
from bertkit.notebook.fate_counts import FateCounts, binomial_band
from bertkit.notebook.masking_explorer import masking_explorer
from bertkit.notebook.prediction import Prediction
from bertkit.notebook.quiz import Choice, Question, Quiz
from bertkit.notebook.xray import Fate, XRay, fates

__all__ = [
    "Choice",
    "Fate",
    "FateCounts",
    "LiveCurves",
    "Prediction",
    "Question",
    "Quiz",
    "XRay",
    "binomial_band",
    "fates",
    "masking_explorer",
]
