/** Incorrect permission assignment: twins for development. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'world-writable log',
    vulnerable: python`
import os

def create_log(path):
    with open(path, "a"):
        pass
    os.chmod(path, 0o666)
`,
    safe: python`
import os

def create_log(path):
    with open(path, "a"):
        pass
    os.chmod(path, 0o640)
`,
  },
  {
    name: 'shared folder',
    vulnerable: python`
import os

def make_workspace(name):
    os.umask(0)
    os.makedirs(name, mode=0o777, exist_ok=True)
    return name
`,
    safe: python`
import os

def make_workspace(name):
    os.umask(0o077)
    os.makedirs(name, mode=0o700, exist_ok=True)
    return name
`,
  },
  {
    name: 'private key',
    hard: '0o644 is fine for most files, and not for a key',
    vulnerable: python`
from pathlib import Path

def save_private_key(path: Path, pem: bytes) -> None:
    path.write_bytes(pem)
    path.chmod(0o644)
`,
    safe: python`
import os
from pathlib import Path

def save_private_key(path: Path, pem: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(pem)
`,
  },
  {
    name: 'script made executable',
    vulnerable: python`
import os
import stat

def install(path):
    os.chmod(path, stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
`,
    safe: python`
import os
import stat

def install(path):
    os.chmod(path, stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
`,
  },
  {
    name: 'through a command',
    vulnerable: python`
import shutil
import subprocess

def deploy(source, target):
    shutil.copytree(source, target)
    subprocess.run(["chmod", "-R", "777", target], check=True)
`,
    safe: python`
import shutil
import subprocess

def deploy(source, target):
    shutil.copytree(source, target)
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", target], check=True)
`,
  },
  {
    name: 'token file',
    hard: 'nothing is set: the umask decides who can read it',
    vulnerable: python`
import json
import os

TOKEN_FILE = os.path.expanduser("~/.myapp/token.json")

def store_token(token):
    os.makedirs(os.path.dirname(TOKEN_FILE), exist_ok=True)
    with open(TOKEN_FILE, "w") as handle:
        json.dump({"token": token}, handle)
`,
    safe: python`
import json
import os

TOKEN_FILE = os.path.expanduser("~/.myapp/token.json")

def store_token(token):
    os.makedirs(os.path.dirname(TOKEN_FILE), mode=0o700, exist_ok=True)
    fd = os.open(TOKEN_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode=0o600)
    with os.fdopen(fd, "w") as handle:
        json.dump({"token": token}, handle)
`,
  },
];
