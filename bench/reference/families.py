"""Records test/golden/families: tiny random networks of each family as complete folders, and what transformers computes
with them.

The weights are drawn wide and the norms away from one, so that a mistake anywhere moves the logits; they are stored in 16
bits and computed in float32. Beside each network: `logits.safetensors`, the logits after every token of three texts, and
`reference.json`, greedy answers and the losses of three optimizer steps, by LoRA and on all weights.
"""

import json
import shutil
import sys

import peft
import torch
import transformers
from reference import LINEAR_LAYERS, ROOT, uniform, versions, weighted_loss
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

FOLDER = ROOT / "test" / "golden" / "families"
LETTERS = [chr(code) for code in range(ord("!"), ord("!") + 61)]
SPECIAL = ["<|end|>", "<|start|>", "<|pad|>"]
TEMPLATE = "{{ bos_token }}{% for message in messages %}{{ message['content'] }}{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
TEXTS = ["N9+Q-WHAT?4CDE(/S:%R,8KL$@;3H*TUV7W)2X6", "A%C'HELLO.2>B&FG", "5"]
ANSWERS = 12
RANK, ALPHA, B_BOUND = 2, 4, 0.05
LORA_RATE, FULL_RATE, STEPS = 1e-2, 1e-3, 3

SIZES = {
    "vocab_size": len(SPECIAL) + len(LETTERS),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 128,
    "bos_token_id": 1,
    "eos_token_id": 0,
    "pad_token_id": 2,
}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
FAMILIES = {
    # Four heads of 16 on a width of 32: heads have a size of their own, a multiple of 16 as the runtime wants it.
    "qwen2-tied": (transformers.Qwen2Config, torch.bfloat16, {"tie_word_embeddings": True, "head_dim": 16, "rope_theta": 1000000.0}),
    "qwen2-untied": (
        transformers.Qwen2Config,
        torch.float16,
        {"tie_word_embeddings": False, "num_attention_heads": 2, "num_key_value_heads": 1},
    ),
    "qwen3": (transformers.Qwen3Config, torch.bfloat16, {"tie_word_embeddings": False, "head_dim": 16, "rms_norm_eps": 1e-5}),
    # Wavelengths on both sides of both limits, and between them.
    "llama3": (transformers.LlamaConfig, torch.float16, {"tie_word_embeddings": True, "head_dim": 16, "rope_parameters": LLAMA3}),
}


def tokenizer():
    """One token a character; the three special ones come first."""
    vocabulary = {token: number for number, token in enumerate(SPECIAL + LETTERS)}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    end, start, pad = SPECIAL
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=made, eos_token=end, bos_token=start, pad_token=pad)
    fast.chat_template = TEMPLATE
    return fast


@torch.no_grad()
def draw(model, seed, dtype):
    """Fan-in-scaled weights, norms in [0.5, 1.5], biases as large as what they are added to; rounded to what is stored."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if "norm" in name:
            values = 0.5 + torch.rand(parameter.shape, generator=generator)
        elif parameter.dim() == 1:
            values = 0.5 * torch.randn(parameter.shape, generator=generator)
        else:
            # Sharper attention and logits than training starts from: every position has a say in the answer.
            spread = 1.0 if "embed" in name else 1.5 / parameter.shape[1] ** 0.5
            values = spread * torch.randn(parameter.shape, generator=generator)
        parameter.copy_(values.to(dtype).float())


@torch.no_grad()
def logits(model, ids):
    return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]


@torch.no_grad()
def greedy(model, ids):
    """Token by token without a cache; with each token its log-probability and how far ahead of the next best it was."""
    answer = []
    for _ in range(ANSWERS):
        row = logits(model, ids + [token["id"] for token in answer])[-1]
        best = torch.topk(row, 2)
        logprob = torch.log_softmax(row, -1)[best.indices[0]].item()
        answer.append({"id": best.indices[0].item(), "logprob": round(logprob, 6), "ahead": round((best.values[0] - best.values[1]).item(), 6)})
        if answer[-1]["id"] == SIZES["eos_token_id"]:
            break
    return answer


def losses(model, batch, rate):
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    found = []
    for _ in range(STEPS):
        loss, _ = weighted_loss(model, batch)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        found.append({"loss": round(loss.item(), 7), "gradientNorm": round(norm.item(), 6)})
    return found


@torch.no_grad()
def start_lora(model):
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            plain = name.removeprefix("base_model.model.").removesuffix(".default.weight")
            bound = 1 / parameter.shape[1] ** 0.5 if plain.endswith("lora_A") else B_BOUND
            parameter.copy_(uniform(plain, tuple(parameter.shape), bound))


def record(name, seed):
    kind, dtype, changes = FAMILIES[name]
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    model = transformers.AutoModelForCausalLM.from_config(kind(**{**SIZES, **changes}), attn_implementation="eager").float()
    draw(model, seed, dtype)
    reader = tokenizer()
    model.to(dtype).save_pretrained(folder)
    reader.save_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()

    texts = [{"text": text, "ids": reader.encode(text, add_special_tokens=False)} for text in TEXTS]
    save_file({str(i): logits(model, row["ids"]) for i, row in enumerate(texts)}, folder / "logits.safetensors")
    for row in texts:
        row["greedy"] = greedy(model, row["ids"])
    batch = [{"tokens": row["ids"], "weights": [0.0 if i % 3 == 0 else 1.0 + i % 2 for i in range(len(row["ids"]))]} for row in texts[:2]]
    adapted = peft.get_peft_model(model, peft.LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=LINEAR_LAYERS))
    start_lora(adapted)
    lora = losses(adapted, batch, LORA_RATE)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    full = losses(model, batch, FULL_RATE)
    write(
        folder / "reference.json",
        {
            "versions": {**versions(), "peft": peft.__version__},
            "texts": texts,
            "batch": batch,
            "lora": {"rank": RANK, "alpha": ALPHA, "boundOfB": B_BOUND, "learningRate": LORA_RATE, "steps": lora},
            "full": {"learningRate": FULL_RATE, "steps": full},
        },
    )
    nearest = min(token["ahead"] for row in texts for token in row["greedy"])
    print(f"{name}: nearest tie {nearest:.3f}; losses {[step['loss'] for step in lora]} {[step['loss'] for step in full]}", file=sys.stderr)


def rope():
    """Frequencies and magnitude of the scalings that no family above uses."""
    scalings = {
        "linear": {"rope_type": "linear", "factor": 4.0},
        "yarn": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32},
        "yarn-own-attention": {"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 16, "attention_factor": 1.25, "beta_fast": 16, "beta_slow": 2},
    }
    found = {}
    for name, scaling in scalings.items():
        config = transformers.LlamaConfig(**{**SIZES, "head_dim": 16, "rope_parameters": {"rope_theta": 10000.0, **scaling}})
        frequencies, magnitude = ROPE_INIT_FUNCTIONS[scaling["rope_type"]](config, torch.device("cpu"))
        found[name] = {"config": config.to_dict()["rope_parameters"], "frequencies": frequencies.tolist(), "magnitude": magnitude}
    return found


def write(path, value):
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


for number, family in enumerate(FAMILIES):
    record(family, number + 1)
write(FOLDER / "rope.json", rope())
total = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
print(f"{FOLDER.relative_to(ROOT)}: {total:,} bytes", file=sys.stderr)
