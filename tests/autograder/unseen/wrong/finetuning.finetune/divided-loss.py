# MISTAKE: Divides the loss by the number of batches before backward, as for accumulation.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        total = 0.0
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch) / len(batches)
            loss.backward()
            optimizer.step()
            total += loss.item()
        history.append(total)
    return history
