# MISTAKE: Reports the loss of a second forward pass after the step.
import torch


def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                losses.append(model(**batch).item())
        history.append(sum(losses) / len(losses))
    return history
