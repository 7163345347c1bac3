/** Deserialisation of untrusted data: twins for development. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'session cookie',
    vulnerable: python`
import base64
import pickle
from flask import Flask, request

app = Flask(__name__)

@app.route("/cart")
def cart():
    raw = request.cookies.get("cart", "")
    items = pickle.loads(base64.b64decode(raw)) if raw else []
    return {"count": len(items)}
`,
    safe: python`
import base64
import json
from flask import Flask, request

app = Flask(__name__)

@app.route("/cart")
def cart():
    raw = request.cookies.get("cart", "")
    items = json.loads(base64.b64decode(raw)) if raw else []
    return {"count": len(items)}
`,
  },
  {
    name: 'yaml settings',
    vulnerable: python`
import yaml

def load_settings(text):
    settings = yaml.load(text, Loader=yaml.Loader)
    return settings or {}
`,
    safe: python`
import yaml

def load_settings(text):
    settings = yaml.load(text, Loader=yaml.SafeLoader)
    return settings or {}
`,
  },
  {
    name: 'saved game',
    vulnerable: python`
import pickle

def load_game(path):
    with open(path, "rb") as save:
        return pickle.load(save)
`,
    safe: python`
import json

def load_game(path):
    with open(path, encoding="utf-8") as save:
        return json.load(save)
`,
  },
  {
    name: 'signed message',
    hard: 'unpickles, but only what carries our signature',
    vulnerable: python`
import hashlib
import hmac
import os
import pickle

KEY = os.environ["QUEUE_KEY"].encode()

def receive(message: bytes):
    signature, body = message[:32], message[32:]
    expected = hmac.new(KEY, body, hashlib.sha256).digest()
    job = pickle.loads(body)
    if not hmac.compare_digest(signature, expected):
        raise ValueError("bad signature")
    return job
`,
    safe: python`
import hashlib
import hmac
import os
import pickle

KEY = os.environ["QUEUE_KEY"].encode()

def receive(message: bytes):
    signature, body = message[:32], message[32:]
    expected = hmac.new(KEY, body, hashlib.sha256).digest()
    if not hmac.compare_digest(signature, expected):
        raise ValueError("bad signature")
    return pickle.loads(body)
`,
  },
  {
    name: 'socket worker with marshal',
    vulnerable: python`
import marshal
import socket

def serve(port):
    server = socket.create_server(("localhost", port))
    while True:
        connection, _ = server.accept()
        with connection:
            payload = connection.recv(65536)
            task = marshal.loads(payload)
            connection.sendall(str(task["id"]).encode())
`,
    safe: python`
import json
import socket

def serve(port):
    server = socket.create_server(("localhost", port))
    while True:
        connection, _ = server.accept()
        with connection:
            payload = connection.recv(65536)
            task = json.loads(payload)
            connection.sendall(str(task["id"]).encode())
`,
  },
  {
    name: 'restricted unpickler',
    hard: 'the safe twin still uses pickle',
    vulnerable: python`
import io
import pickle

def restore(blob):
    return pickle.Unpickler(io.BytesIO(blob)).load()
`,
    safe: python`
import io
import pickle

class PlainUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")

def restore(blob):
    return PlainUnpickler(io.BytesIO(blob)).load()
`,
  },
];
