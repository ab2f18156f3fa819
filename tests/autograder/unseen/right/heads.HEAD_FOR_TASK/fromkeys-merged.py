# RIGHT: three dict.fromkeys joined with |
HEAD_FOR_TASK = (
    dict.fromkeys(["question answering"], "span")
    | dict.fromkeys(["part-of-speech tagging", "named-entity recognition"], "token")
    | dict.fromkeys(["paraphrase detection", "entailment", "document classification", "intent", "sentiment"], "cls")
)
