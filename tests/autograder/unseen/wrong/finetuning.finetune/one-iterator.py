# MISTAKE: Goes through one iterator over the batches; from the second epoch on it is empty.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    batches = iter(batches)
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / max(1, len(losses)))
    return history
