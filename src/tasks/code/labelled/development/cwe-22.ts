/** Path traversal: twins for development. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'flask download from a folder',
    vulnerable: python`
import os
from flask import Flask, request, send_file

app = Flask(__name__)
UPLOADS = "/srv/app/uploads"

@app.route("/download")
def download():
    name = request.args.get("file", "")
    return send_file(os.path.join(UPLOADS, name))
`,
    safe: python`
import os
from flask import Flask, abort, request, send_file

app = Flask(__name__)
UPLOADS = "/srv/app/uploads"

@app.route("/download")
def download():
    name = request.args.get("file", "")
    path = os.path.realpath(os.path.join(UPLOADS, name))
    if os.path.commonpath([path, UPLOADS]) != UPLOADS:
        abort(404)
    return send_file(path)
`,
  },
  {
    name: 'pathlib note reader',
    vulnerable: python`
from pathlib import Path

NOTES = Path("/var/lib/notes")

def read_note(title: str) -> str:
    """Return the text of a note."""
    return (NOTES / f"{title}.txt").read_text(encoding="utf-8")
`,
    safe: python`
from pathlib import Path

NOTES = Path("/var/lib/notes").resolve()

def read_note(title: str) -> str:
    """Return the text of a note."""
    path = (NOTES / f"{title}.txt").resolve()
    if not path.is_relative_to(NOTES):
        raise ValueError("no such note")
    return path.read_text(encoding="utf-8")
`,
  },
  {
    name: 'manual zip extraction',
    vulnerable: python`
import os
import zipfile

def unpack(archive, target):
    with zipfile.ZipFile(archive) as bundle:
        for entry in bundle.infolist():
            out = os.path.join(target, entry.filename)
            os.makedirs(os.path.dirname(out), exist_ok=True)
            with open(out, "wb") as handle:
                handle.write(bundle.read(entry))
`,
    safe: python`
import os
import zipfile

def unpack(archive, target):
    root = os.path.realpath(target)
    with zipfile.ZipFile(archive) as bundle:
        for entry in bundle.infolist():
            out = os.path.realpath(os.path.join(root, entry.filename))
            if not out.startswith(root + os.sep):
                raise ValueError(f"entry leaves the target: {entry.filename}")
            os.makedirs(os.path.dirname(out), exist_ok=True)
            with open(out, "wb") as handle:
                handle.write(bundle.read(entry))
`,
  },
  {
    name: 'http.server static files',
    vulnerable: python`
from http.server import BaseHTTPRequestHandler, HTTPServer

class StaticHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            with open("./static" + self.path, "rb") as f:
                body = f.read()
        except FileNotFoundError:
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8000), StaticHandler).serve_forever()
`,
    safe: python`
from http.server import BaseHTTPRequestHandler, HTTPServer

PAGES = {"/": "index.html", "/about": "about.html", "/style.css": "style.css"}

class StaticHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        page = PAGES.get(self.path)
        if page is None:
            self.send_error(404)
            return
        with open("./static/" + page, "rb") as f:
            body = f.read()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8000), StaticHandler).serve_forever()
`,
  },
  {
    name: 'deleting an avatar, checked in a helper',
    hard: 'the check is in another function',
    vulnerable: python`
import os

AVATARS = "avatars"

def avatar_path(user, filename):
    return os.path.join(AVATARS, user, filename)

def delete_avatar(user, filename):
    path = avatar_path(user, filename)
    if os.path.exists(path):
        os.remove(path)
        return True
    return False
`,
    safe: python`
import os
import re

AVATARS = "avatars"

def avatar_path(user, filename):
    for part in (user, filename):
        if not re.fullmatch(r"[A-Za-z0-9_-]+(\.png)?", part):
            raise ValueError("bad name")
    return os.path.join(AVATARS, user, filename)

def delete_avatar(user, filename):
    path = avatar_path(user, filename)
    if os.path.exists(path):
        os.remove(path)
        return True
    return False
`,
  },
  {
    name: 'incomplete stripping',
    hard: 'a sanitiser that does not sanitise',
    vulnerable: python`
import os

REPORTS = "/data/reports"

def load_report(report_name):
    report_name = report_name.replace("../", "")
    with open(os.path.join(REPORTS, report_name)) as report:
        return report.read()
`,
    safe: python`
import os

REPORTS = "/data/reports"

def load_report(report_name):
    report_name = os.path.basename(report_name)
    with open(os.path.join(REPORTS, report_name)) as report:
        return report.read()
`,
  },
];
