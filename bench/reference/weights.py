"""The GGUF file of the product's catalogue as a float32 safetensors folder that transformers and PEFT load.

Usage: weights.py <model.gguf>. Writes bench/.environment/smollm2-135m-instruct; nothing of it is committed.
transformers dequantises, and undoes the interleaving of q and k that GGUF stores for the Llama family.
"""

import sys
from pathlib import Path

import tokenizers.pre_tokenizers as pre
import torch
import transformers
from reference import WEIGHTS
from safetensors.torch import save_file

gguf = Path(sys.argv[1]).resolve()
model = transformers.AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
tokenizer = transformers.AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)

# GGUF names SmolLM's pre-tokenizer (`smollm`: single digits, then the GPT-2 pattern); the conversion forgets the digits.
tokenizer.backend_tokenizer.pre_tokenizer = pre.Sequence(
    [pre.Digits(individual_digits=True), pre.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True)]
)
# `save_pretrained` refuses whatever came from GGUF, dequantised or not: save the plain tensors (the head is tied).
tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items() if name != "lm_head.weight"}
WEIGHTS.mkdir(parents=True, exist_ok=True)
save_file(tensors, WEIGHTS / "model.safetensors", metadata={"format": "pt"})
del model.config.quantization_config
model.config.architectures = ["LlamaForCausalLM"]
model.config.save_pretrained(WEIGHTS)
tokenizer.save_pretrained(WEIGHTS)
print(WEIGHTS)
