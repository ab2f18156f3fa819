# MISTAKE: Shuffles the caller's list, with the global random state.
import random


def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        random.shuffle(batches)
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
