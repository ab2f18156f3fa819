# MISTAKE: The total is not set back between epochs.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    total = 0.0
    for _ in range(epochs):
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            total += loss.item()
        history.append(total / len(batches))
    return history
