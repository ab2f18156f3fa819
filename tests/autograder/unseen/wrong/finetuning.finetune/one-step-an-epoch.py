# MISTAKE: Adds up gradients over the epoch and steps once.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        optimizer.zero_grad()
        for batch in batches:
            loss = model(**batch)
            loss.backward()
            losses.append(loss.item())
        optimizer.step()
        history.append(sum(losses) / len(losses))
    return history
