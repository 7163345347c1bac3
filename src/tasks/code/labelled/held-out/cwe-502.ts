/** Deserialisation of untrusted data: held-out twins. No rule was changed because of them. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'upload of a model',
    vulnerable: python`
import joblib
from flask import Flask, request

app = Flask(__name__)

@app.post("/model")
def upload_model():
    request.files["model"].save("/tmp/model.bin")
    model = joblib.load("/tmp/model.bin")
    return {"features": int(model.n_features_in_)}
`,
    safe: python`
import json
from flask import Flask, request

app = Flask(__name__)

@app.post("/model")
def upload_model():
    weights = json.load(request.files["model"].stream)
    return {"features": len(weights["coefficients"])}
`,
  },
  {
    name: 'yaml with two spellings',
    vulnerable: python`
from yaml import load, FullLoader, UnsafeLoader

def read_playbook(path):
    with open(path) as stream:
        return load(stream, UnsafeLoader)
`,
    safe: python`
from yaml import safe_load

def read_playbook(path):
    with open(path) as stream:
        return safe_load(stream)
`,
  },
  {
    name: 'redis cache',
    vulnerable: python`
import pickle
import redis

client = redis.Redis()

def cached(key, compute):
    blob = client.get(key)
    if blob is not None:
        return pickle.loads(blob)
    value = compute()
    client.set(key, pickle.dumps(value), ex=300)
    return value
`,
    safe: python`
import json
import redis

client = redis.Redis()

def cached(key, compute):
    blob = client.get(key)
    if blob is not None:
        return json.loads(blob)
    value = compute()
    client.set(key, json.dumps(value), ex=300)
    return value
`,
  },
  {
    name: 'deep copy',
    hard: 'the safe twin unpickles what it has just pickled itself',
    vulnerable: python`
import pickle
import sys

def clone_from_stdin():
    return pickle.load(sys.stdin.buffer)
`,
    safe: python`
import pickle

def clone(thing):
    """A deep copy, for objects that copy.deepcopy cannot handle."""
    return pickle.loads(pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL))
`,
  },
  {
    name: 'torch checkpoint',
    vulnerable: python`
import torch

def load_checkpoint(path, model):
    state = torch.load(path, map_location="cpu", weights_only=False)
    model.load_state_dict(state["model"])
    return state["step"]
`,
    safe: python`
import torch

def load_checkpoint(path, model):
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    return state["step"]
`,
  },
  {
    name: 'preferences by a table of readers',
    hard: 'the function that unpickles is chosen from a dictionary',
    vulnerable: python`
import json
import pickle

READERS = {"json": json.loads, "pickle": pickle.loads}

def read_preferences(kind, payload):
    reader = READERS.get(kind)
    if reader is None:
        raise ValueError(kind)
    return reader(payload)
`,
    safe: python`
import json
import tomllib

READERS = {"json": json.loads, "toml": tomllib.loads}

def read_preferences(kind, payload):
    reader = READERS.get(kind)
    if reader is None:
        raise ValueError(kind)
    return reader(payload)
`,
  },
];
