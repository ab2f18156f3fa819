# MISTAKE: Right for words of up to two tokens; the third token gets the label again.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None:
            out.append(-100)
            previous = None
        elif word == previous:
            out.append(-100)
            previous = None
        elif word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(word_labels[word])
            previous = word
    return out
