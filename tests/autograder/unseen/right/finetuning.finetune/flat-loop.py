# RIGHT: one loop over epochs times batches, cut into epochs at the end
from itertools import chain, repeat


def finetune(model, batches, optimizer, epochs):
    model.train()
    losses = []
    for batch in chain.from_iterable(repeat(batches, epochs)):
        optimizer.zero_grad()
        loss = model(**dict(batch))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach().item())
    n = len(batches)
    return [sum(losses[i:i + n]) / n for i in range(0, len(losses), n)]
