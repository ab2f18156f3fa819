# RIGHT: turns all tags into strict B and I first, then splits at every B
from fractions import Fraction


def _strict(tags):
    out = []
    for i, tag in enumerate(tags):
        if tag.startswith("I-"):
            before = tags[i - 1] if i else "O"
            if before[1:] != tag[1:]:
                tag = "B" + tag[1:]
        out.append(tag)
    return out


def _chunks(tags):
    chunks = []
    for i, tag in enumerate(_strict(tags)):
        if tag.startswith("B"):
            chunks.append((tag[2:], [i]))
        elif tag.startswith("I"):
            chunks[-1][1].append(i)
    return {(kind, tuple(where)) for kind, where in chunks}


def entity_f1(predicted, gold):
    for a, b in ((predicted, gold), *zip(predicted, gold)):
        if len(a) != len(b):
            raise ValueError(f"lengths {len(a)} and {len(b)} differ")
    pairs = [(_chunks(p), _chunks(g)) for p, g in zip(predicted, gold)]
    common = sum(len(p & g) for p, g in pairs)
    if common == 0:
        return 0.0
    return float(Fraction(2 * common, sum(len(p) + len(g) for p, g in pairs)))
