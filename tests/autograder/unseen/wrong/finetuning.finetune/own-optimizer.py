# MISTAKE: Makes an optimiser of its own with the first learning rate and leaves the caller's alone.
import torch


def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    own = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=optimizer.param_groups[0]["lr"])
    for _ in range(epochs):
        losses = []
        for batch in batches:
            own.zero_grad()
            loss = model(**batch)
            loss.backward()
            own.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
