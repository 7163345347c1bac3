"""Records test/golden/parity/greedy.json: greedy answers of up to 40 tokens to 64 questions.

Every step records the gap between the two largest logits: an answer may part from the record only at a near-tie.
"""

import torch
from prompts import QUESTIONS
from reference import chat_ids, load_model, load_tokenizer, versions, write_fixture

LENGTH = 40

tokenizer = load_tokenizer()
model = load_model()
eos = tokenizer.convert_tokens_to_ids("<|im_end|>")


@torch.no_grad()
def answer(prompt):
    """Ids up to and with the end of turn, and per step the runner-up and its distance."""
    past, ids = None, prompt
    tokens, runners_up, gaps = [], [], []
    for _ in range(LENGTH):
        output = model(input_ids=torch.tensor([ids]), past_key_values=past, use_cache=True)
        past = output.past_key_values
        top = torch.topk(output.logits[0, -1], 2)
        tokens.append(top.indices[0].item())
        runners_up.append(top.indices[1].item())
        gaps.append(round((top.values[0] - top.values[1]).item(), 5))
        if tokens[-1] == eos:
            break
        ids = tokens[-1:]
    return tokens, runners_up, gaps


rows = []
for question in QUESTIONS:
    prompt = chat_ids(tokenizer, question)
    tokens, runners_up, gaps = answer(prompt)
    text = tokenizer.decode(tokens, skip_special_tokens=True)
    rows.append(
        {"question": question, "prompt": prompt, "answer": tokens, "runnersUp": runners_up, "gaps": gaps, "text": text}
    )
    print(len(rows), f"smallest gap {min(gaps):.4f}", repr(text[:60]), flush=True)

write_fixture("greedy.json", {"versions": versions(), "maxTokens": LENGTH, "eosIds": [eos], "rows": rows})
