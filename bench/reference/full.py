"""Records test/golden/parity/full.json: five steps on every weight (tied embedding and norms too), first batches.

The same steps in float64 are recorded beside them: their distance is what rounding alone does to this trajectory.
"""

import sys

import torch
from reference import PROBE_IDS, load_model, versions, write_fixture
from training import adam, probes, read_batches, train

STEPS, LEARNING_RATE = 5, 2e-5

batches = read_batches()[:STEPS]
model = load_model()
steps, logprobs = train(model, batches, LEARNING_RATE)
after = probes(model, batches[0])
del model
for step, reference in zip(steps, train(load_model(torch.float64), batches, LEARNING_RATE)[0], strict=True):
    step["loss64"] = reference["loss"]
worst = max(abs(step["loss"] / step["loss64"] - 1) for step in steps)
print(f"float32 against float64, worst relative difference of a loss: {worst:.1e}", file=sys.stderr)

write_fixture(
    "full.json",
    {
        "versions": versions(),
        "adam": adam(LEARNING_RATE),
        "fixedIds": PROBE_IDS,
        "steps": steps,
        "firstLogprobs": logprobs,
        "after": after,
    },
)
