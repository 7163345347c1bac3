"""Does PEFT load an adapter that the product wrote, and compute the same with it?

Usage: peft_loads.py <adapter folder> <probes.json> [<evidence.json>]

probes.json is the product's side (`bench/ours/adapter.ts` writes it):
  {"model": …, "rows": [{"tokens": [ids of prompt and answer], "start": n, "logprobs": [log p of tokens[n], tokens[n+1], …]}]}
The evidence names every row's largest difference. Exit code 1 when one is above the tolerance, or when the adapter
changes nothing (an adapter whose tensors were silently skipped would agree with the base model).
"""

import json
import sys
from pathlib import Path

import peft
import torch
from reference import load_model, versions

TOLERANCE = 2e-3

folder, probes = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
base = load_model()
model = peft.PeftModel.from_pretrained(base, folder).eval()

loaded = model.load_adapter(folder, adapter_name="again")
unexpected = list(loaded.unexpected_keys)
missing = [key for key in loaded.missing_keys if "lora_" in key]
model.set_adapter("default")


@torch.no_grad()
def logprobs(row):
    tokens = torch.tensor([row["tokens"]])
    table = torch.log_softmax(model(input_ids=tokens, use_cache=False).logits[0, :-1], -1)
    return table.gather(-1, tokens[0, 1:, None])[row["start"] - 1 :, 0]


rows, moved = [], 0.0
for row in probes["rows"]:
    adapted = logprobs(row)
    with model.disable_adapter():
        moved = max(moved, (logprobs(row) - adapted).abs().max().item())
    recorded = torch.tensor(row["logprobs"])
    if recorded.shape != adapted.shape:
        sys.exit(f"a row has {len(recorded)} log-probabilities for {len(adapted)} tokens after `start`")
    rows.append({"tokens": len(adapted), "largestDifference": (recorded - adapted).abs().max().item()})

worst = max(row["largestDifference"] for row in rows)
passed = worst <= TOLERANCE and moved > 10 * TOLERANCE and not unexpected and not missing
evidence = {
    "what": "log-probabilities of answer tokens: the product's adapter in the product, and loaded by PEFT",
    "model": probes.get("model"),
    "versions": {**versions(), "peft": peft.__version__},
    "adapter": json.loads((folder / "adapter_config.json").read_text()),
    "tensors": {"missing": missing, "unexpected": unexpected},
    "tolerance": TOLERANCE,
    "largestDifference": worst,
    "largestChangeByTheAdapter": moved,
    "rows": rows,
    "passed": passed,
}
text = json.dumps(evidence, indent=2) + "\n"
if len(sys.argv) > 3:
    Path(sys.argv[3]).write_text(text)
print(text)
sys.exit(0 if passed else 1)
