"""Records test/golden/parity/peft-adapter/: an adapter as PEFT itself writes it, and the logits PEFT computes with it.

Random A and B, not trained: what is held against it is the reading of PEFT's layout and names, in half precision.
"""

import json
import shutil
import tempfile
from pathlib import Path

import peft
import torch
from prompts import QUESTIONS
from reference import FIXTURES, PROBE_IDS, chat_ids, load_model, load_tokenizer, probe, versions, write_fixture

FOLDER = FIXTURES / "peft-adapter"

torch.manual_seed(20)
config = peft.LoraConfig(r=2, lora_alpha=6, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
model = peft.get_peft_model(load_model(), config)
with torch.no_grad():
    for parameter in model.parameters():
        if parameter.requires_grad:
            # Rounded to float16 first: the logits below are those of the file.
            parameter.copy_(torch.randn_like(parameter).mul(0.05).half().float())

tokenizer = load_tokenizer()
rows = []
with torch.no_grad():
    for question in QUESTIONS[:4]:
        tokens = chat_ids(tokenizer, question)
        adapted = model(input_ids=torch.tensor([tokens])).logits[0, -1]
        with model.disable_adapter():
            base = model(input_ids=torch.tensor([tokens])).logits[0, -1]
        print(f"{question}: largest change of a logit {(adapted - base).abs().max():.3f}")
        rows.append({"tokens": tokens, "base": probe(base), "adapted": probe(adapted)})

model.half()
# PEFT notes the path of the base model; a path of one machine is of no use in a fixture.
model.peft_config["default"].base_model_name_or_path = "smollm2-135m-instruct"
with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        shutil.copyfile(Path(folder, name), FOLDER / name)
print(json.dumps(json.loads((FOLDER / "adapter_config.json").read_text()), indent=1))

write_fixture(
    "peft-adapter/logits.json",
    {"versions": {**versions(), "peft": peft.__version__}, "fixedIds": PROBE_IDS, "rows": rows},
)
