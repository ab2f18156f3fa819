# RIGHT: an OrderedDict, which is a dict
from collections import OrderedDict

_names = "sentiment|intent|document classification|entailment|paraphrase detection"
HEAD_FOR_TASK = OrderedDict((name, "cls") for name in _names.split("|"))
HEAD_FOR_TASK.update({"named-entity recognition": "token", "part-of-speech tagging": "token"})
HEAD_FOR_TASK["question answering"] = "span"
