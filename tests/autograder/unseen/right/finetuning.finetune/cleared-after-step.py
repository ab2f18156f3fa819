# RIGHT: clears gradients once before the loop and after each step
import math


def finetune(model, batches, optimizer, epochs):
    model.zero_grad()
    optimizer.zero_grad()
    model.train()
    history = []
    while len(history) < epochs:
        values = []
        for batch in batches:
            loss = model(**batch)
            values.append(loss.item())
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        history.append(math.fsum(values) / len(values))
    return history
