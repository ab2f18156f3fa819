# MISTAKE: Clears only parameters that require grad: a frozen one is moved by its stale gradient.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            for p in model.parameters():
                if p.requires_grad:
                    p.grad = None
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
