# RIGHT: the head comes from a rule about the shape of the answer
def _head(labels_per_word, answer_inside_text):
    if answer_inside_text:
        return "span"
    return "token" if labels_per_word else "cls"


_SHAPE = {
    "sentiment": (False, False), "intent": (False, False), "document classification": (False, False),
    "entailment": (False, False), "paraphrase detection": (False, False),
    "named-entity recognition": (True, False), "part-of-speech tagging": (True, False),
    "question answering": (False, True),
}
HEAD_FOR_TASK = {}
for _task, _shape in _SHAPE.items():
    HEAD_FOR_TASK[_task] = _head(*_shape)
