# RIGHT: a token starts an entity, goes on with one, or is outside; ends come from the next token
def _entities(sequences):
    entities = set()
    for s, tags in enumerate(sequences):
        starts = []
        for i, tag in enumerate(tags):
            if tag == "O":
                starts.append(False)
                continue
            kind = tag[2:]
            goes_on = tag[0] == "I" and i > 0 and tags[i - 1] != "O" and tags[i - 1][2:] == kind
            starts.append(not goes_on)
        for i, first in enumerate(starts):
            if first:
                j = i + 1
                while j < len(tags) and tags[j] != "O" and not starts[j]:
                    j += 1
                entities.add((s, i, j, tags[i][2:]))
    return entities


def entity_f1(predicted, gold):
    if [len(tags) for tags in predicted] != [len(tags) for tags in gold]:
        raise ValueError("predicted and gold differ in their lengths")
    p, g = _entities(predicted), _entities(gold)
    both = len(p & g)
    return 2 * both / (len(p) + len(g)) if both else 0.0
