# MISTAKE: Trains for one epoch; for the later ones it only computes the losses, in training mode.
import torch


def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for epoch in range(epochs):
        losses = []
        for batch in batches:
            if epoch == 0:
                optimizer.zero_grad()
                loss = model(**batch)
                loss.backward()
                optimizer.step()
            else:
                with torch.no_grad():
                    loss = model(**batch)
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
