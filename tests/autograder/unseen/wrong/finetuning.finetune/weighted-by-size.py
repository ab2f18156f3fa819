# MISTAKE: Weights the loss of a batch by its number of examples.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        total = count = 0
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            size = len(next(iter(batch.values())))
            total += loss.item() * size
            count += size
        history.append(total / count)
    return history
