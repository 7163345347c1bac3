"""Writes bench/workload.json: the prompts of the generation race, 32 distinct texts of exactly 48 tokens.

Texts whose greedy 40-token continuation would hold an end of turn are left out: then every contender makes the same
number of tokens whether or not it can ignore the end.
"""

import json

import torch
from prompts import QUESTIONS
from reference import ROOT, load_model, load_tokenizer

ROWS, PROMPT, NEW = 32, 48, 40

tokenizer = load_tokenizer()
model = load_model(attention="sdpa")
special = set(tokenizer.all_special_ids)


def texts():
    """Openings of stories around each question: ordinary prose, different from the first words on."""
    for index, question in enumerate(QUESTIONS):
        yield (
            f'"{question}" asked the child on day {index + 2} of the journey. The old sailor put down the rope, looked '
            "at the clouds over the harbour, and took his time, as he always did when a question seemed simple and was not. "
            "Then he sat down on the chest"
        )


def cut(text):
    """The longest opening of a text that is PROMPT tokens, both ways, or None."""
    ids = tokenizer.encode(text, add_special_tokens=False)[:PROMPT]
    opening = tokenizer.decode(ids)
    return opening if len(ids) == PROMPT and tokenizer.encode(opening, add_special_tokens=False) == ids else None


openings = list(filter(None, map(cut, texts())))
ids = torch.tensor([tokenizer.encode(opening, add_special_tokens=False) for opening in openings])
made = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW, do_sample=False, pad_token_id=2)
prompts = [
    {"text": opening, "tokens": tokens}
    for opening, tokens, continued in zip(openings, ids.tolist(), made[:, PROMPT:].tolist(), strict=True)
    if len(continued) == NEW and not special.intersection(continued)
][:ROWS]
if len(prompts) < ROWS:
    raise SystemExit(f"only {len(prompts)} texts run on for {NEW} tokens")

body = ",\n".join("    " + json.dumps(prompt) for prompt in prompts)
(ROOT / "bench" / "workload.json").write_text(f'{{\n  "newTokens": {NEW},\n  "prompts": [\n{body}\n  ]\n}}\n')
