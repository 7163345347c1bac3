"""Records test/golden/parity/logits.json.gz: the network's logits at every position of sixteen texts."""

import torch
from prompts import TEXTS
from reference import PROBE_IDS, chat_ids, load_model, load_tokenizer, probe, versions, write_fixture

tokenizer = load_tokenizer()
model = load_model()


def ids_of(kind, text):
    return chat_ids(tokenizer, text) if kind == "chat" else tokenizer.encode(text, add_special_tokens=False)


rows, noise = [], 0.0
exact = load_model(torch.float64)
with torch.no_grad():
    for kind, text in TEXTS:
        tokens = torch.tensor([ids_of(kind, text)])
        logits = model(input_ids=tokens, use_cache=False).logits[0]
        noise = max(noise, (logits.double() - exact(input_ids=tokens, use_cache=False).logits[0]).abs().max().item())
        rows.append({"kind": kind, "text": text, "tokens": tokens[0].tolist(), "positions": [probe(row) for row in logits]})
        print(len(rows), kind, tokens.shape[1], "tokens", f"float32 against float64 so far: {noise:.1e}", flush=True)

write_fixture(
    "logits.json.gz",
    {"versions": versions(), "fixedIds": PROBE_IDS, "largestDifferenceToFloat64": noise, "rows": rows},
)
