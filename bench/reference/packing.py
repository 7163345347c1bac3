"""Checks the reference against itself: rows packed into one, with positions that start anew and attention inside each
row only, have the log-probabilities that they have alone. Prints the largest difference; writes nothing.

So a product that packs can be held against the `firstLogprobs` of lora.json and full.json, which were not packed.
"""

import torch
from reference import load_model
from training import read_batches

TOLERANCE = 1e-3

model = load_model()
rows = [row["tokens"] for row in read_batches()[0]]
tokens = torch.tensor([sum(rows, [])])
positions = torch.tensor([[position for row in rows for position in range(len(row))]])
owner = torch.tensor([index for index, row in enumerate(rows) for _ in row])
causal = torch.ones(len(owner), len(owner), dtype=torch.bool).tril()
visible = causal & (owner[:, None] == owner[None, :])
mask = torch.zeros(visible.shape).masked_fill(~visible, torch.finfo(torch.float32).min)[None, None]

with torch.no_grad():
    packed = torch.log_softmax(model(input_ids=tokens, position_ids=positions, attention_mask=mask).logits[0], -1)
    worst, start = 0.0, 0
    for row in rows:
        alone = torch.log_softmax(model(input_ids=torch.tensor([row])).logits[0], -1)
        worst = max(worst, (packed[start : start + len(row)] - alone).abs().max().item())
        start += len(row)

print(f"largest difference of a log-probability, packed against alone: {worst:.1e}")
if worst > TOLERANCE:
    raise SystemExit(1)
