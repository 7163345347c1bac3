/** Cross-site scripting: twins for development. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'flask greeting',
    vulnerable: python`
from flask import Flask, request

app = Flask(__name__)

@app.route("/hello")
def hello():
    name = request.args.get("name", "stranger")
    return f"<h1>Hello, {name}!</h1>"
`,
    safe: python`
from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)

@app.route("/hello")
def hello():
    name = request.args.get("name", "stranger")
    return f"<h1>Hello, {escape(name)}!</h1>"
`,
  },
  {
    name: 'comment list',
    vulnerable: python`
def render_comments(comments):
    parts = ["<ul class='comments'>"]
    for comment in comments:
        parts.append("<li><b>" + comment["author"] + "</b>: " + comment["text"] + "</li>")
    parts.append("</ul>")
    return "\n".join(parts)
`,
    safe: python`
import html

def render_comments(comments):
    parts = ["<ul class='comments'>"]
    for comment in comments:
        author = html.escape(comment["author"])
        text = html.escape(comment["text"])
        parts.append("<li><b>" + author + "</b>: " + text + "</li>")
    parts.append("</ul>")
    return "\n".join(parts)
`,
  },
  {
    name: 'template from a string',
    vulnerable: python`
from flask import Flask, render_template_string, request

app = Flask(__name__)

@app.route("/search")
def search():
    query = request.args.get("q", "")
    page = "<p>Results for <em>%s</em></p>" % query
    return render_template_string(page)
`,
    safe: python`
from flask import Flask, render_template_string, request

app = Flask(__name__)
PAGE = "<p>Results for <em>{{ query }}</em></p>"

@app.route("/search")
def search():
    query = request.args.get("q", "")
    return render_template_string(PAGE, query=query)
`,
  },
  {
    name: 'http.server echo',
    vulnerable: python`
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlparse

class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        params = parse_qs(urlparse(self.path).query)
        message = params.get("message", [""])[0]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(("<body>You said: " + message + "</body>").encode())
`,
    safe: python`
from html import escape
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlparse

class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        params = parse_qs(urlparse(self.path).query)
        message = escape(params.get("message", [""])[0])
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(("<body>You said: " + message + "</body>").encode())
`,
  },
  {
    name: 'django profile',
    vulnerable: python`
from django.http import HttpResponse
from django.utils.safestring import mark_safe

def profile(request, user):
    bio = request.POST.get("bio", "")
    return HttpResponse(mark_safe("<div class='bio'>" + bio + "</div>"))
`,
    safe: python`
from django.http import HttpResponse
from django.utils.html import format_html

def profile(request, user):
    bio = request.POST.get("bio", "")
    return HttpResponse(format_html("<div class='bio'>{}</div>", bio))
`,
  },
  {
    name: 'error page',
    hard: 'the vulnerable twin has no tag in it: the framework makes it HTML',
    vulnerable: python`
from flask import Flask, request

app = Flask(__name__)

@app.errorhandler(404)
def missing(error):
    return "No page at " + request.args.get("from", request.path), 404
`,
    safe: python`
from flask import Flask, Response, request

app = Flask(__name__)

@app.errorhandler(404)
def missing(error):
    text = "No page at " + request.args.get("from", request.path)
    return Response(text, status=404, mimetype="text/plain")
`,
  },
];
