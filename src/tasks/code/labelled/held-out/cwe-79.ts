/** Cross-site scripting: held-out twins. No rule was changed because of them. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'fastapi page',
    vulnerable: python`
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI()

@app.get("/welcome", response_class=HTMLResponse)
async def welcome(user: str = "guest"):
    return "<html><body><p>Welcome back, {}.</p></body></html>".format(user)
`,
    safe: python`
import html
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI()

@app.get("/welcome", response_class=HTMLResponse)
async def welcome(user: str = "guest"):
    return "<html><body><p>Welcome back, {}.</p></body></html>".format(html.escape(user))
`,
  },
  {
    name: 'table of rows',
    vulnerable: python`
def to_table(rows):
    cells = "".join(
        "<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in rows
    )
    return f"<table>{cells}</table>"
`,
    safe: python`
from html import escape

def to_table(rows):
    cells = "".join(
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>" for row in rows
    )
    return f"<table>{cells}</table>"
`,
  },
  {
    name: 'jinja environment',
    vulnerable: python`
from jinja2 import Environment

env = Environment()
PAGE = env.from_string("<h2>{{ title }}</h2><div>{{ body }}</div>")

def render_post(title, body):
    return PAGE.render(title=title, body=body)
`,
    safe: python`
from jinja2 import Environment

env = Environment(autoescape=True)
PAGE = env.from_string("<h2>{{ title }}</h2><div>{{ body }}</div>")

def render_post(title, body):
    return PAGE.render(title=title, body=body)
`,
  },
  {
    name: 'wsgi application',
    vulnerable: python`
from urllib.parse import parse_qs

def application(environ, start_response):
    query = parse_qs(environ.get("QUERY_STRING", ""))
    color = query.get("color", ["white"])[0]
    body = '<body style="background: ' + color + '"><h1>Hi</h1></body>'
    start_response("200 OK", [("Content-Type", "text/html")])
    return [body.encode("utf-8")]
`,
    safe: python`
from urllib.parse import parse_qs

COLORS = ("white", "black", "teal")

def application(environ, start_response):
    query = parse_qs(environ.get("QUERY_STRING", ""))
    color = query.get("color", ["white"])[0]
    if color not in COLORS:
        color = "white"
    body = '<body style="background: ' + color + '"><h1>Hi</h1></body>'
    start_response("200 OK", [("Content-Type", "text/html")])
    return [body.encode("utf-8")]
`,
    hard: 'the check replaces the value and goes on',
  },
  {
    name: 'string.Template',
    vulnerable: python`
from string import Template

CARD = Template("<div class='card'><h3>$name</h3><p>$about</p></div>")

def card(name, about):
    return CARD.substitute(name=name, about=about)
`,
    hard: 'the markup is in a constant far from where it is filled in',
    safe: python`
from html import escape
from string import Template

CARD = Template("<div class='card'><h3>$name</h3><p>$about</p></div>")

def card(name, about):
    return CARD.substitute(name=escape(name), about=escape(about))
`,
  },
  {
    name: 'markdown-like links',
    vulnerable: python`
from flask import Blueprint, make_response, request

pages = Blueprint("pages", __name__)

@pages.route("/link")
def link():
    label = request.values.get("label")
    url = request.values.get("url")
    response = make_response('<a href="' + url + '">' + label + "</a>")
    response.headers["Content-Type"] = "text/html"
    return response
`,
    safe: python`
from flask import Blueprint, make_response, render_template, request

pages = Blueprint("pages", __name__)

@pages.route("/link")
def link():
    label = request.values.get("label")
    url = request.values.get("url")
    if not url.startswith("https://docs.example.org/"):
        url = "/"
    response = make_response(render_template("link.html", label=label, url=url))
    response.headers["Content-Type"] = "text/html"
    return response
`,
  },
];
