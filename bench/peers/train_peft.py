"""One contender of the training race: PEFT on PyTorch, forward + backward + AdamW.

Usage: train_peft.py <float32|bfloat16> <rows> <tokens> <steps>. LoRA of rank 8 on all linear layers. Prints one JSON line.
As people run it: `labels` in, the model's own loss, adapters in float32 beside bfloat16 weights (PEFT's default).
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import peft
import torch
import transformers

dtype, rows, tokens, steps = sys.argv[1], *map(int, sys.argv[2:5])
answer = 40 if tokens == 64 else round(tokens * 0.4)
torch.set_num_threads(2)
torch.manual_seed(0)

weights = Path(__file__).resolve().parents[1] / ".environment" / "smollm2-135m-instruct"
model = transformers.AutoModelForCausalLM.from_pretrained(weights, dtype=getattr(torch, dtype))
config = peft.LoraConfig(
    r=8,
    lora_alpha=16,
    target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
)
model = peft.get_peft_model(model, config).train()
optimizer = torch.optim.AdamW([parameter for parameter in model.parameters() if parameter.requires_grad], lr=1e-3)

seconds = []
for _ in range(steps + 1):
    ids = torch.randint(0, 49000, (rows, tokens))
    labels = ids.clone()
    labels[:, : tokens - answer] = -100
    start = time.perf_counter()
    model(input_ids=ids, labels=labels, use_cache=False).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    seconds.append(time.perf_counter() - start)

print(
    json.dumps(
        {
            "tokensPerSecond": rows * tokens / statistics.median(seconds[1:]),
            "seconds": seconds,
            "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
        }
    )
)
