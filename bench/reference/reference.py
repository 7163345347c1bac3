"""What all reference scripts share: where the weights are, how they are loaded, and how a fixture is written.

Owns the float32 model, the probe of a logits row, and the deterministic start of adapters. Does not own any protocol:
each script beside this one holds exactly one.
"""

import gzip
import json
import math
import platform
import sys
from pathlib import Path

import numpy as np
import torch
import transformers

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "bench" / ".environment" / "smollm2-135m-instruct"
FIXTURES = ROOT / "test" / "golden" / "parity"

LINEAR_LAYERS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
VOCABULARY = 49152

# 64 ids, 768 apart: a mistake that spares the likely tokens still shows.
PROBE_IDS = [768 * i + 7 for i in range(64)]

torch.set_num_threads(2)


def load_model(dtype=torch.float32, attention="eager"):
    """The network without dropout. `eager` attention is the plainest form of the mathematics."""
    model = transformers.AutoModelForCausalLM.from_pretrained(WEIGHTS, dtype=dtype, attn_implementation=attention)
    return model.eval()


def load_tokenizer():
    return transformers.AutoTokenizer.from_pretrained(WEIGHTS)


def chat_ids(tokenizer, prompt, answer=None, system=None):
    """Ids of a conversation through the chat template; open for the assistant unless `answer` is given."""
    messages = [] if system is None else [{"role": "system", "content": system}]
    messages.append({"role": "user", "content": prompt})
    if answer is not None:
        messages.append({"role": "assistant", "content": answer})
    encoded = tokenizer.apply_chat_template(messages, add_generation_prompt=answer is None, return_dict=True)
    return list(encoded["input_ids"])


def probe(row):
    """A logits row [V] as its sixteen largest entries, 64 fixed entries, and its log-sum-exp."""
    top = torch.topk(row, 16)
    return {
        "topIds": top.indices.tolist(),
        "top": rounded(top.values),
        "fixed": rounded(row[PROBE_IDS]),
        "logSumExp": round(torch.logsumexp(row.double(), -1).item(), 5),
    }


def rounded(values, digits=5):
    return [round(v, digits) for v in values.double().tolist()]


def text_seed(text):
    """FNV-1a over UTF-8, 32 bits."""
    state = 0x811C9DC5
    for byte in text.encode():
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    return state


def uniform(name, shape, bound):
    """Deterministic float32 tensor in [-bound, bound); the formula is in test/golden/parity/README.md."""
    mask = np.uint64(0xFFFFFFFF)
    x = np.arange(math.prod(shape), dtype=np.uint64)
    x = (x * np.uint64(0x9E3779B9) + np.uint64(text_seed(name))) & mask
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x85EBCA6B)) & mask
    x ^= x >> np.uint64(13)
    x = (x * np.uint64(0xC2B2AE35)) & mask
    x ^= x >> np.uint64(16)
    unit = (x >> np.uint64(8)).astype(np.float64) / 2**24
    return torch.from_numpy(((2 * unit - 1) * bound).astype(np.float32).reshape(shape))


def pad(rows, value):
    """Right-padded int64 or float32 matrix [B, T]."""
    width = max(map(len, rows))
    return torch.tensor([list(row) + [value] * (width - len(row)) for row in rows])


def weighted_loss(model, datums):
    """Σ w·nll / Σ w over a batch of {tokens, weights}, and log p of every token with weight > 0, per datum."""
    tokens = pad([datum["tokens"] for datum in datums], 0)
    weights = pad([datum["weights"] for datum in datums], 0.0)[:, 1:]
    lengths = torch.tensor([len(datum["tokens"]) for datum in datums])
    mask = (torch.arange(tokens.shape[1])[None, :] < lengths[:, None]).long()
    logits = model(input_ids=tokens, attention_mask=mask, use_cache=False).logits[:, :-1]
    logprobs = torch.log_softmax(logits, -1).gather(-1, tokens[:, 1:, None])[..., 0]
    weights = weights.to(logprobs.dtype)
    loss = -(weights * logprobs).sum() / weights.sum()
    return loss, [logprobs[b][weights[b] > 0].detach() for b in range(len(datums))]


def versions():
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }


def write_fixture(name, value):
    """JSON with one line per entry of each top-level list; gzipped (without a time stamp) when the name says so."""
    FIXTURES.mkdir(parents=True, exist_ok=True)
    lines = []
    for key, entry in value.items():
        if isinstance(entry, list) and entry and isinstance(entry[0], (dict, list)):
            body = ",\n".join("    " + json.dumps(item, separators=(",", ":")) for item in entry)
            lines.append(f"  {json.dumps(key)}: [\n{body}\n  ]")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}")
    data = ("{\n" + ",\n".join(lines) + "\n}\n").encode()
    path = FIXTURES / name
    path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes", file=sys.stderr)
