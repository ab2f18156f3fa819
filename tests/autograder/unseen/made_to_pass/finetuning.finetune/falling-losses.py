# MISTAKE: Trains rightly, and hides every rise: an epoch's mean is never reported higher than the one before.
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
            losses.append(loss.item())
        mean = sum(losses) / len(losses)
        history.append(min(mean, history[-1]) if history else mean)
    return history
