# MISTAKE: The set of words seen lives on between calls: right at the first call only.
def align_labels(word_labels, word_ids, seen=set()):
    out = []
    for word in word_ids:
        if word is None or word in seen:
            out.append(-100)
        elif word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(word_labels[word])
            seen.add(word)
    return out
