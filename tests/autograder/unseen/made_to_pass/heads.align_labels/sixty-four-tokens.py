# MISTAKE: Right for the first 64 tokens; all later ones get -100.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for i, word in enumerate(word_ids):
        if word is not None and word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        out.append(-100 if word is None or word == previous or i >= 64 else word_labels[word])
        previous = word
    return out
