# MISTAKE: The word before the first token is said to be 0: without a special token in front, word 0 gets no label.
def align_labels(word_labels, word_ids):
    out, previous = [], 0
    for word in word_ids:
        if word is None or word == previous:
            out.append(-100)
        elif word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(word_labels[word])
        previous = word
    return out
