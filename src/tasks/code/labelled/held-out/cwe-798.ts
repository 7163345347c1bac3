/** Hard-coded credentials: held-out twins. No rule was changed because of them. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'token in a header',
    vulnerable: python`
import urllib.request

def open_issues(project):
    request = urllib.request.Request(
        f"https://code.example.org/api/v4/projects/{project}/issues",
        headers={"Authorization": "Bearer xq7-5tYkPzR2mB9wLdNf"},
    )
    with urllib.request.urlopen(request) as response:
        return response.read()
`,
    safe: python`
import os
import urllib.request

def open_issues(project):
    token = os.environ["CODE_TOKEN"]
    request = urllib.request.Request(
        f"https://code.example.org/api/v4/projects/{project}/issues",
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request) as response:
        return response.read()
`,
  },
  {
    name: 'settings dictionary',
    vulnerable: python`
DATABASE = {
    "host": "10.0.0.5",
    "port": 3306,
    "user": "billing",
    "password": "b1ll1ng!2021",
    "database": "invoices",
}

def dsn():
    return "mysql://{user}:{password}@{host}:{port}/{database}".format(**DATABASE)
`,
    safe: python`
import os

DATABASE = {
    "host": os.environ.get("DB_HOST", "10.0.0.5"),
    "port": 3306,
    "user": os.environ["DB_USER"],
    "password": os.environ["DB_PASSWORD"],
    "database": "invoices",
}

def dsn():
    return "mysql://{user}:{password}@{host}:{port}/{database}".format(**DATABASE)
`,
  },
  {
    name: 'jwt signing',
    vulnerable: python`
import jwt

def issue(user_id):
    return jwt.encode({"sub": user_id}, "my-signing-key", algorithm="HS256")

def read(token):
    return jwt.decode(token, "my-signing-key", algorithms=["HS256"])
`,
    safe: python`
import jwt

def issue(user_id, signing_key):
    return jwt.encode({"sub": user_id}, signing_key, algorithm="HS256")

def read(token, signing_key):
    return jwt.decode(token, signing_key, algorithms=["HS256"])
`,
    hard: 'the key has no name',
  },
  {
    name: 'ssh with a fallback',
    vulnerable: python`
import os
import paramiko

def connect(host):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.connect(host, username="deploy", password=os.getenv("DEPLOY_PASSWORD", "deploy123"))
    return client
`,
    safe: python`
import os
import paramiko

def connect(host):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.connect(host, username="deploy", key_filename=os.getenv("DEPLOY_KEY", "/etc/deploy/id_ed25519"))
    return client
`,
    hard: 'the secret is a fallback for an environment variable',
  },
  {
    name: 'encryption key',
    vulnerable: python`
from cryptography.fernet import Fernet

ENCRYPTION_KEY = b"6Jw0XUv5rZb8m1sYc3tQk9hLp2aNd4eGf7iRoTuVxWy="

def seal(text):
    return Fernet(ENCRYPTION_KEY).encrypt(text.encode())
`,
    safe: python`
from pathlib import Path
from cryptography.fernet import Fernet

KEY_FILE = Path("/run/secrets/fernet.key")

def seal(text):
    return Fernet(KEY_FILE.read_bytes()).encrypt(text.encode())
`,
  },
  {
    name: 'test fixture words',
    hard: 'the safe twin mentions passwords as labels, prompts and messages',
    vulnerable: python`
USERS = {"root": "toor-9911", "guest": "guest-0000"}

def check(user, passphrase):
    return USERS.get(user) == passphrase
`,
    safe: python`
MESSAGES = {
    "password_too_short": "Your password must have at least 12 characters.",
    "token_expired": "Your token has expired.",
}
password_label = "Password"
reset_password_path = "/account/password/reset"

def check(policy, passphrase):
    if len(passphrase) < policy.minimum:
        return MESSAGES["password_too_short"]
    return None
`,
  },
];
