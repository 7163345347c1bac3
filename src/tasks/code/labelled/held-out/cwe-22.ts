/** Path traversal: held-out twins. No rule was changed because of them. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'fastapi document',
    vulnerable: python`
from fastapi import FastAPI
from fastapi.responses import FileResponse

app = FastAPI()

@app.get("/documents/{name:path}")
async def document(name: str):
    return FileResponse(f"/srv/documents/{name}")
`,
    safe: python`
from pathlib import Path
from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse

app = FastAPI()
ROOT = Path("/srv/documents").resolve()

@app.get("/documents/{name:path}")
async def document(name: str):
    wanted = (ROOT / name).resolve()
    if ROOT not in wanted.parents:
        raise HTTPException(status_code=404)
    return FileResponse(wanted)
`,
  },
  {
    name: 'saving an upload',
    vulnerable: python`
import os
from flask import Flask, request

app = Flask(__name__)
app.config["UPLOAD_FOLDER"] = "/srv/uploads"

@app.post("/upload")
def upload():
    picture = request.files["picture"]
    picture.save(os.path.join(app.config["UPLOAD_FOLDER"], picture.filename))
    return "saved", 201
`,
    safe: python`
import os
from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.config["UPLOAD_FOLDER"] = "/srv/uploads"

@app.post("/upload")
def upload():
    picture = request.files["picture"]
    picture.save(os.path.join(app.config["UPLOAD_FOLDER"], secure_filename(picture.filename)))
    return "saved", 201
`,
  },
  {
    name: 'tar extraction',
    vulnerable: python`
import tarfile

def restore_backup(archive_path, destination):
    with tarfile.open(archive_path, "r:gz") as tar:
        tar.extractall(destination)
`,
    safe: python`
import tarfile

def restore_backup(archive_path, destination):
    with tarfile.open(archive_path, "r:gz") as tar:
        tar.extractall(destination, filter="data")
`,
  },
  {
    name: 'template lookup by dots',
    hard: 'the safe twin only forbids what would leave the folder',
    vulnerable: python`
import os

TEMPLATES = os.path.join(os.path.dirname(__file__), "templates")

def load_template(name):
    path = TEMPLATES + "/" + name + ".html"
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as f:
        return f.read()
`,
    safe: python`
import os

TEMPLATES = os.path.join(os.path.dirname(__file__), "templates")

def load_template(name):
    if not name.isidentifier():
        return None
    path = TEMPLATES + "/" + name + ".html"
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as f:
        return f.read()
`,
  },
  {
    name: 'store of blobs, checked with relative_to',
    hard: 'the check is an exception, not a condition',
    vulnerable: python`
import pathlib

class BlobStore:
    def __init__(self, root):
        self.root = pathlib.Path(root)

    def write(self, key, data):
        target = self.root.joinpath(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
`,
    safe: python`
import pathlib

class BlobStore:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()

    def write(self, key, data):
        target = self.root.joinpath(key).resolve()
        try:
            target.relative_to(self.root)
        except ValueError:
            raise PermissionError(key) from None
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
`,
  },
  {
    name: 'prefix check without normalising',
    hard: 'the vulnerable twin has a check that looks right',
    vulnerable: python`
import os

BASE = "/var/www/media"

def remove_media(relative):
    path = os.path.join(BASE, relative)
    if not path.startswith(BASE):
        raise PermissionError(relative)
    os.unlink(path)
`,
    safe: python`
import os

BASE = "/var/www/media"

def remove_media(relative):
    path = os.path.abspath(os.path.join(BASE, relative))
    if not path.startswith(BASE + os.sep):
        raise PermissionError(relative)
    os.unlink(path)
`,
  },
];
