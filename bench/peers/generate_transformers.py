"""One contender of the generation race: transformers `generate`, greedy, all sequences in one batch.

Usage: generate_transformers.py <float32|bfloat16> <repetitions>. Prints one JSON line; the first repetition warms up.
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import torch
import transformers

dtype, repetitions = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(2)
bench = Path(__file__).resolve().parents[1]
workload = json.loads((bench / "workload.json").read_text())
new = workload["newTokens"]

weights = bench / ".environment" / "smollm2-135m-instruct"
model = transformers.AutoModelForCausalLM.from_pretrained(weights, dtype=getattr(torch, dtype)).eval()
ids = torch.tensor([prompt["tokens"] for prompt in workload["prompts"]])

seconds = []
for _ in range(repetitions + 1):
    start = time.perf_counter()
    made = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=new,
        min_new_tokens=new,
        do_sample=False,
        pad_token_id=2,
    )
    seconds.append(time.perf_counter() - start)
assert made.shape[1] == ids.shape[1] + new

print(
    json.dumps(
        {
            "tokensPerSecond": len(ids) * new / statistics.median(seconds[1:]),
            "seconds": seconds,
            "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        }
    )
)
