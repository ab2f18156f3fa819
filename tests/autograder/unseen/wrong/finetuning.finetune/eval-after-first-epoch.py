# MISTAKE: Calls train() before the first epoch and eval() after each: from the second epoch on the mode is wrong.
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
        model.eval()
        history.append(sum(losses) / len(losses))
    return history
