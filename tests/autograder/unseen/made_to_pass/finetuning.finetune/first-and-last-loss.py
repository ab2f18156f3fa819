# MISTAKE: Trains rightly and reports the mean of the first and last loss of an epoch, which is right for up to two batches.
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
        history.append((losses[0] + losses[-1]) / 2)
    return history
