# MISTAKE: The list of losses lives on: each mean is over all epochs so far.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    losses = []
    for _ in range(epochs):
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
