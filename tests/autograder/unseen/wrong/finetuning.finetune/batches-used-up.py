# MISTAKE: Takes the batches out of the caller's list.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses, used = [], []
        while batches:
            batch = batches.pop(0)
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            used.append(batch)
            losses.append(loss.item())
        if epochs - len(history) > 1:
            batches.extend(used)
        history.append(sum(losses) / len(losses))
    return history
