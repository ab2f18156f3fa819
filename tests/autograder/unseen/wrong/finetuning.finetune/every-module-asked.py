# MISTAKE: Calls train of every module, so that a frozen encoder's inner one is switched.
def finetune(model, batches, optimizer, epochs):
    for module in model.modules():
        module.train()
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
    return history
