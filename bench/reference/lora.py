"""Records test/golden/parity/lora.json: twenty LoRA steps by PEFT from a start that a formula defines.

Rank 8, alpha 16, all seven linear layers, no dropout. The same steps in float64 are recorded beside them: their
distance is what rounding alone does to this trajectory.
"""

import math
import sys

import peft
import torch
from reference import LINEAR_LAYERS, PROBE_IDS, load_model, uniform, versions, write_fixture
from training import adam, probes, read_batches, train

RANK, ALPHA, LEARNING_RATE, B_BOUND = 8, 16, 1e-3, 0.01


def started(dtype):
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=LINEAR_LAYERS)
    model = peft.get_peft_model(load_model(dtype), config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                plain = name.removeprefix("base_model.model.").removesuffix(".default.weight")
                bound = 1 / math.sqrt(parameter.shape[1]) if plain.endswith("lora_A") else B_BOUND
                parameter.copy_(uniform(plain, tuple(parameter.shape), bound))
    return model


batches = read_batches()
model = started(torch.float32)
before = probes(model, batches[0])
steps, logprobs = train(model, batches, LEARNING_RATE)
after = probes(model, batches[0])
del model
exact = started(torch.float64)
for step, reference in zip(steps, train(exact, batches, LEARNING_RATE)[0], strict=True):
    step["loss64"] = reference["loss"]
worst = max(abs(step["loss"] / step["loss64"] - 1) for step in steps)
print(f"float32 against float64, worst relative difference of a loss: {worst:.1e}", file=sys.stderr)

write_fixture(
    "lora.json",
    {
        "versions": {**versions(), "peft": peft.__version__},
        "rank": RANK,
        "alpha": ALPHA,
        "targets": LINEAR_LAYERS,
        "boundOfB": B_BOUND,
        "adam": adam(LEARNING_RATE),
        "fixedIds": PROBE_IDS,
        "steps": steps,
        "firstLogprobs": logprobs,
        "before": before,
        "after": after,
    },
)
