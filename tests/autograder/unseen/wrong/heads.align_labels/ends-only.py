# MISTAKE: Takes only the first and last token for special: a None in the middle, as in a pair or in padding, is a TypeError.
def align_labels(word_labels, word_ids):
    out = [-100] * len(word_ids)
    for i in range(1, len(word_ids) - 1):
        word = word_ids[i]
        if word < 0 or word >= len(word_labels):
            raise ValueError(f"word {word} has no label")
        if word != word_ids[i - 1]:
            out[i] = word_labels[word]
    return out
