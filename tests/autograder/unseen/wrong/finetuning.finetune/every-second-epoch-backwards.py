# MISTAKE: Goes through the batches backwards in every second epoch.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        batches = batches[::-1]
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
