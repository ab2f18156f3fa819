# RIGHT: a defaultdict, filled for all eight tasks
from collections import defaultdict

HEAD_FOR_TASK = defaultdict(lambda: "cls")
for _t in ("sentiment", "intent", "document classification", "entailment", "paraphrase detection"):
    HEAD_FOR_TASK[_t]
HEAD_FOR_TASK.update(zip(("named-entity recognition", "part-of-speech tagging", "question answering"), ("token", "token", "span")))
