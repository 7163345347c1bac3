/** Improper input validation: held-out twins. No rule was changed because of them. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'callback url',
    vulnerable: python`
from urllib.parse import urlparse

def trusted_callback(url):
    host = urlparse(url).netloc
    return host.endswith("partner.example.net")
`,
    safe: python`
from urllib.parse import urlparse

def trusted_callback(url):
    host = urlparse(url).hostname or ""
    return host == "partner.example.net" or host.endswith(".partner.example.net")
`,
  },
  {
    name: 'host pattern',
    vulnerable: python`
import re

ALLOWED = re.compile(r"^https://(www|api).shop.example.com/")

def may_fetch(url):
    return ALLOWED.match(url) is not None
`,
    safe: python`
import re

ALLOWED = re.compile(r"^https://(www|api)\.shop\.example\.com/")

def may_fetch(url):
    return ALLOWED.match(url) is not None
`,
    hard: 'one backslash decides',
  },
  {
    name: 'order quantity from json',
    vulnerable: python`
from flask import Flask, jsonify, request

app = Flask(__name__)
PRICES = {"pen": 2, "book": 15}

@app.post("/order")
def order():
    data = request.get_json()
    quantity = int(data["quantity"])
    total = PRICES[data["item"]] * quantity
    return jsonify(total=total)
`,
    safe: python`
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
PRICES = {"pen": 2, "book": 15}

@app.post("/order")
def order():
    data = request.get_json()
    item, quantity = data.get("item"), data.get("quantity")
    if item not in PRICES or not isinstance(quantity, int) or not 1 <= quantity <= 100:
        abort(400)
    return jsonify(total=PRICES[item] * quantity)
`,
  },
  {
    name: 'age checked with assert',
    hard: 'assert is gone when Python runs with -O',
    vulnerable: python`
def register(people, name, age):
    assert 0 < age < 150, "age out of range"
    assert name, "name missing"
    people[name] = age
    return len(people)
`,
    safe: python`
def register(people, name, age):
    if not 0 < age < 150:
        raise ValueError("age out of range")
    if not name:
        raise ValueError("name missing")
    people[name] = age
    return len(people)
`,
  },
  {
    name: 'formula plugin',
    vulnerable: python`
def apply_formula(rows, formula):
    results = []
    for row in rows:
        scope = {"row": row, "result": None}
        exec("result = " + formula, scope)
        results.append(scope["result"])
    return results
`,
    safe: python`
FORMULAS = {
    "sum": sum,
    "max": max,
    "mean": lambda row: sum(row) / len(row),
}

def apply_formula(rows, formula):
    if formula not in FORMULAS:
        raise ValueError(f"unknown formula {formula!r}")
    return [FORMULAS[formula](row) for row in rows]
`,
  },
  {
    name: 'e-mail address',
    vulnerable: python`
def add_subscriber(subscribers, email):
    if "@" in email:
        subscribers.append(email.strip().lower())
        return True
    return False
`,
    safe: python`
import re

ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

def add_subscriber(subscribers, email):
    if len(email) <= 254 and ADDRESS.fullmatch(email):
        subscribers.append(email.lower())
        return True
    return False
`,
    hard: 'there is a check, and it checks next to nothing',
  },
];
