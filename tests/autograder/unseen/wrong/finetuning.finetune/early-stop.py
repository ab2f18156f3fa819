# MISTAKE: Stops when the mean loss goes up, with fewer epochs than asked for.
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
        history.append(sum(losses) / len(losses))
        if len(history) > 1 and history[-1] >= history[-2]:
            break
    return history
