"""What moves in a lesson: predictions, x-rays of batches, information flow, pairs, heads, spans, live curves,
costs and quizzes.

Every object has a rich form for JupyterLab and a readable text form for wherever no widget lives.
"""

from bertkit.notebook.cost_scale import CostScale
from bertkit.notebook.curves import LiveCurves
from bertkit.notebook.fate_counts import FateCounts, binomial_band
from bertkit.notebook.flow_picture import FlowPicture, receptive_field, shortest_path
from bertkit.notebook.head_picker import HeadPicker, OutcomeTable, Picked
from bertkit.notebook.information_flow import InformationFlow
from bertkit.notebook.judged_pair import JudgedPair, judged_pairs
from bertkit.notebook.label_curves import LabelCurves
from bertkit.notebook.live_fill_mask import LiveFillMask
from bertkit.notebook.masking_explorer import masking_explorer
from bertkit.notebook.pair_viewer import PairViewer
from bertkit.notebook.prediction import Prediction
from bertkit.notebook.progress_bar import progress
from bertkit.notebook.quiz import Choice, Question, Quiz
from bertkit.notebook.recorded import Recorded
from bertkit.notebook.span_reading import SpanReading, span_readings
from bertkit.notebook.span_viewer import SpanViewer
from bertkit.notebook.xray import Fate, XRay, fates

__all__ = [
    "Choice",
    "CostScale",
    "Fate",
    "FateCounts",
    "FlowPicture",
    "HeadPicker",
    "InformationFlow",
    "JudgedPair",
    "LabelCurves",
    "LiveCurves",
    "LiveFillMask",
    "OutcomeTable",
    "PairViewer",
    "Picked",
    "Prediction",
    "Question",
    "Quiz",
    "Recorded",
    "SpanReading",
    "SpanViewer",
    "XRay",
    "binomial_band",
    "fates",
    "judged_pairs",
    "masking_explorer",
    "progress",
    "receptive_field",
    "shortest_path",
    "span_readings",
]
