"""Training steps as both fixtures run them: loss of a batch, global gradient norm, clipping, AdamW.

AdamW is torch's: p ← p·(1 − lr·decay), then p ← p − lr·m̂ / (√v̂ + eps). Clipping multiplies all gradients by
min(1, limit / (norm + 1e-6)). A tied embedding counts once.
"""

import json

import torch
from reference import FIXTURES, probe, weighted_loss

BETAS, EPSILON, WEIGHT_DECAY, CLIP = (0.9, 0.999), 1e-8, 0.01, 1.0


def read_batches():
    return json.loads((FIXTURES / "batches.json").read_text())["batches"]


def adam(learning_rate):
    """The hyper-parameters as the fixture records them."""
    return {
        "learningRate": learning_rate,
        "beta1": BETAS[0],
        "beta2": BETAS[1],
        "epsilon": EPSILON,
        "weightDecay": WEIGHT_DECAY,
        "maxGradientNorm": CLIP,
    }


def train(model, batches, learning_rate):
    """One optimizer step per batch. Returns the steps and the token log-probabilities of the first batch."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=learning_rate, betas=BETAS, eps=EPSILON, weight_decay=WEIGHT_DECAY)
    steps, first = [], None
    for batch in batches:
        loss, logprobs = weighted_loss(model, batch)
        first = first or [[round(v, 5) for v in row.tolist()] for row in logprobs]
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        steps.append({"loss": round(loss.item(), 7), "gradientNorm": round(norm.item(), 6)})
        print(len(steps), steps[-1], flush=True)
    return steps, first


@torch.no_grad()
def probes(model, batch):
    """Logits after the last token of every row of a batch, and the batch's loss."""
    rows = [probe(model(input_ids=torch.tensor([row["tokens"]]), use_cache=False).logits[0, -1]) for row in batch]
    return {"loss": round(weighted_loss(model, batch)[0].item(), 7), "rows": rows}
