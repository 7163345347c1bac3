/** Improper input validation: twins for development. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'redirect to our own hosts',
    vulnerable: python`
from flask import Flask, abort, redirect, request

app = Flask(__name__)

@app.route("/go")
def go():
    target = request.args.get("target", "")
    if "example.com" in target:
        return redirect(target)
    abort(400)
`,
    safe: python`
from urllib.parse import urlparse
from flask import Flask, abort, redirect, request

app = Flask(__name__)
HOSTS = {"example.com", "www.example.com"}

@app.route("/go")
def go():
    target = request.args.get("target", "")
    parts = urlparse(target)
    if parts.scheme == "https" and parts.hostname in HOSTS:
        return redirect(target)
    abort(400)
`,
  },
  {
    name: 'calculator',
    vulnerable: python`
def calculate(expression):
    """Evaluate an arithmetic expression typed by the user."""
    return eval(expression)
`,
    safe: python`
import ast
import operator

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}

def calculate(expression):
    """Evaluate an arithmetic expression typed by the user."""
    def value(node):
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        raise ValueError("only + - * / and numbers")
    return value(ast.parse(expression, mode="eval").body)
`,
  },
  {
    name: 'money transfer',
    vulnerable: python`
class Bank:
    def __init__(self):
        self.balances = {}

    def transfer(self, source, target, amount):
        self.balances[source] -= amount
        self.balances[target] += amount
        return self.balances[source]
`,
    safe: python`
class Bank:
    def __init__(self):
        self.balances = {}

    def transfer(self, source, target, amount):
        if amount <= 0 or amount > self.balances[source]:
            raise ValueError("invalid amount")
        self.balances[source] -= amount
        self.balances[target] += amount
        return self.balances[source]
`,
  },
  {
    name: 'user name pattern',
    vulnerable: python`
import re

def valid_username(name):
    return bool(re.match(r"[a-z][a-z0-9_]{2,15}", name))
`,
    safe: python`
import re

def valid_username(name):
    return bool(re.fullmatch(r"[a-z][a-z0-9_]{2,15}", name))
`,
  },
  {
    name: 'port from the command line',
    vulnerable: python`
import socket
import sys

port = int(sys.argv[1])
server = socket.socket()
server.bind(("127.0.0.1", port))
server.listen()
print("listening on", port)
`,
    safe: python`
import socket
import sys

try:
    port = int(sys.argv[1])
except (IndexError, ValueError):
    sys.exit("usage: serve.py PORT")
if not 1024 <= port <= 65535:
    sys.exit("port must be between 1024 and 65535")
server = socket.socket()
server.bind(("127.0.0.1", port))
server.listen()
print("listening on", port)
`,
  },
  {
    name: 'page of results',
    hard: 'whether a list index is trusted depends on the caller',
    vulnerable: python`
from flask import Flask, jsonify, request

app = Flask(__name__)
ITEMS = [f"item {n}" for n in range(1000)]

@app.route("/items")
def items():
    page = int(request.args.get("page", 1))
    size = int(request.args.get("size", 20))
    start = (page - 1) * size
    return jsonify(ITEMS[start:start + size])
`,
    safe: python`
from flask import Flask, jsonify, request

app = Flask(__name__)
ITEMS = [f"item {n}" for n in range(1000)]

@app.route("/items")
def items():
    page = max(1, request.args.get("page", 1, type=int))
    size = min(100, max(1, request.args.get("size", 20, type=int)))
    start = (page - 1) * size
    return jsonify(ITEMS[start:start + size])
`,
  },
];
