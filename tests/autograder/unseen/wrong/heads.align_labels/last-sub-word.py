# MISTAKE: The last token of a word gets its label instead of the first.
def align_labels(word_labels, word_ids):
    out = []
    for word, after in zip(word_ids, list(word_ids[1:]) + [None]):
        if word is None:
            out.append(-100)
            continue
        if not 0 <= word < len(word_labels):
            raise ValueError(f"word {word} has no label")
        out.append(-100 if word == after else word_labels[word])
    return out
