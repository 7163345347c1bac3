"""Records what the reference decoder (Python package `gguf`) makes of random blocks of every quantised type.

Writes src/nn/weights/fixtures/quants.json: per type the stored bytes and the expected float32 values, both in base64.
Run: pip install gguf==0.19.0 && python bench/reference/quants.py
"""
import base64
import json
import pathlib

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

BLOCKS = {1: 64, 32: 6, 256: 3}
TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"]

random = np.random.default_rng(3)
cases = {}
for name in TYPES:
    kind = GGMLQuantizationType[name]
    elements, size = GGML_QUANT_SIZES[kind]
    stored = random.integers(0, 256, size=(1, BLOCKS[elements] * size), dtype=np.uint8)
    if name in ("F32", "F16"):
        expected = stored.view(np.float32 if name == "F32" else np.float16).astype(np.float32)
    else:
        with np.errstate(all="ignore"):
            expected = dequantize(stored, kind)
    cases[name] = {
        "stored": base64.b64encode(stored.tobytes()).decode(),
        "expected": base64.b64encode(expected.astype("<f4").tobytes()).decode(),
    }

target = pathlib.Path(__file__).parents[2] / "src/nn/weights/fixtures/quants.json"
target.write_text(json.dumps(cases, indent=1) + "\n")
print(f"{target}: {len(cases)} types")
