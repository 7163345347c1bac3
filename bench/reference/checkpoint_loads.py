"""Does transformers open the whole checkpoints that the product wrote, read text as it does, and compute the same?

Usage: checkpoint_loads.py <folder> [<evidence.json>]

`bench/ours/checkpoint.ts <folder>` writes `full` and `merged`, each a Hugging Face folder with a probes.json beside the weights:
  {"model": …, "rows": [{"question", "answer", "tokens": [ids of prompt and answer], "start": n, "logprobs": […]}]}
and the tiny networks of test/golden/families as the product writes them, whose logits were recorded from the originals.
A folder alone is given to `AutoModelForCausalLM` and `AutoTokenizer`. Exit code 1 when token ids differ anywhere, or a
log-probability or logit by more than the tolerance.
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from reference import ROOT, load_model, versions
from safetensors.torch import load_file

TOLERANCE = 2e-3


@torch.no_grad()
def logprobs(model, row):
    tokens = torch.tensor([row["tokens"]])
    table = torch.log_softmax(model(input_ids=tokens, use_cache=False).logits[0, :-1].double(), -1)
    return table.gather(-1, tokens[0, 1:, None])[row["start"] - 1 :, 0]


def check(folder, base):
    probes = json.loads((folder / "probes.json").read_text())
    model, loaded = transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", output_loading_info=True)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model.eval()
    differing, worst, moved = [], 0.0, 0.0
    for row in probes["rows"]:
        prompt = tokenizer.apply_chat_template([{"role": "user", "content": row["question"]}], add_generation_prompt=True, return_dict=True)
        ids = list(prompt["input_ids"]) + tokenizer.encode(row["answer"], add_special_tokens=False)
        if ids != row["tokens"]:
            differing.append(row["question"])
        recorded = torch.tensor(row["logprobs"], dtype=torch.float64)
        found = logprobs(model, row)
        worst = max(worst, (recorded - found).abs().max().item())
        moved = max(moved, (logprobs(base, row) - found).abs().max().item())
    ends = model.generation_config.eos_token_id
    missing = [key for key in loaded["missing_keys"] if key != "lm_head.weight"]
    return {
        "files": sorted(path.name for path in folder.iterdir() if path.name != "probes.json"),
        "dtype": str(model.dtype),
        "endsAnswers": tokenizer.convert_ids_to_tokens([ends] if isinstance(ends, int) else ends),
        "tensors": {"missing": missing, "unexpected": sorted(loaded["unexpected_keys"])},
        "rows": len(probes["rows"]),
        "rowsWithOtherTokens": differing,
        "largestDifference": worst,
        "largestChangeFromTheBase": moved,
        "passed": worst <= TOLERANCE and moved > 10 * TOLERANCE and not differing and not missing and not loaded["unexpected_keys"],
    }


@torch.no_grad()
def check_family(name, folder):
    golden = ROOT / "test" / "golden" / "families" / name
    texts = json.loads((golden / "reference.json").read_text())["texts"]
    expected = load_file(golden / "logits.safetensors")
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    same = all(tokenizer.encode(row["text"], add_special_tokens=False) == row["ids"] for row in texts)
    found = [model(input_ids=torch.tensor([row["ids"]]), use_cache=False).logits[0] for row in texts]
    worst = max((found[i] - expected[str(i)]).abs().max().item() for i in range(len(texts)))
    return {"architecture": type(model).__name__, "sameTokens": same, "largestDifference": worst, "passed": same and worst <= TOLERANCE}


folder = Path(sys.argv[1])
base = load_model()
checked = {name: check(folder / name, base) for name in ("full", "merged")}
families = {one.name: check_family(one.name, one) for one in sorted((folder / "families").iterdir())}
evidence = {
    "what": "whole checkpoints written by the product, opened by transformers from their folders alone: token ids, and log-probabilities of answer tokens",
    "model": json.loads((folder / "full" / "probes.json").read_text())["model"],
    "versions": versions(),
    "tolerance": TOLERANCE,
    **checked,
    "families": families,
    "passed": all(one["passed"] for one in [*checked.values(), *families.values()]),
}
text = json.dumps(evidence, indent=2) + "\n"
if len(sys.argv) > 2:
    Path(sys.argv[2]).write_text(text)
print(text)
sys.exit(0 if evidence["passed"] else 1)
