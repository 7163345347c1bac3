/** Incorrect permission assignment: held-out twins. No rule was changed because of them. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'configuration with os.open',
    vulnerable: python`
import json
import os

def write_config(path, settings):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o777)
    with os.fdopen(fd, "w") as out:
        json.dump(settings, out, indent=2)
`,
    safe: python`
import json
import os

def write_config(path, settings):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(fd, "w") as out:
        json.dump(settings, out, indent=2)
`,
  },
  {
    name: 'database file',
    vulnerable: python`
import os
import sqlite3

MODE = 0o666

def create_database(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE IF NOT EXISTS people (name TEXT, salary REAL)")
    db.commit()
    db.close()
    os.chmod(path, MODE)
`,
    safe: python`
import os
import sqlite3

MODE = 0o600

def create_database(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE IF NOT EXISTS people (name TEXT, salary REAL)")
    db.commit()
    db.close()
    os.chmod(path, MODE)
`,
    hard: 'the mode is a constant elsewhere',
  },
  {
    name: 'unix socket',
    vulnerable: python`
import os
import socket

def listen(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    os.chmod(path, stat_mode())
    server.listen()
    return server

def stat_mode():
    return int("777", 8)
`,
    safe: python`
import os
import socket

def listen(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    os.chmod(path, stat_mode())
    server.listen()
    return server

def stat_mode():
    return int("700", 8)
`,
    hard: 'the mode is a string turned into a number in a helper',
  },
  {
    name: 'adding write for others',
    vulnerable: python`
import os
import stat

def share(path):
    mode = os.stat(path).st_mode
    os.chmod(path, mode | stat.S_IWOTH | stat.S_IROTH)
`,
    safe: python`
import os
import stat

def share(path):
    mode = os.stat(path).st_mode
    os.chmod(path, mode | stat.S_IRGRP | stat.S_IROTH)
`,
  },
  {
    name: 'shell chmod of a spool folder',
    vulnerable: python`
import os

SPOOL = "/var/spool/importer"

def prepare():
    if not os.path.isdir(SPOOL):
        os.mkdir(SPOOL)
    os.system("chmod a+rwx /var/spool/importer")
`,
    safe: python`
import os

SPOOL = "/var/spool/importer"

def prepare():
    if not os.path.isdir(SPOOL):
        os.mkdir(SPOOL)
    os.system("chmod 750 /var/spool/importer")
`,
  },
  {
    name: 'password list exported',
    hard: 'nothing sets a mode; what is written decides',
    vulnerable: python`
import csv

def export_passwords(entries, filename="passwords.csv"):
    with open(filename, "w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["site", "user", "password"])
        for entry in entries:
            writer.writerow([entry.site, entry.user, entry.password])
`,
    safe: python`
import csv
import os

def private(path, flags):
    return os.open(path, flags, 0o600)

def export_passwords(entries, filename="passwords.csv"):
    with open(filename, "w", newline="", opener=private) as handle:
        writer = csv.writer(handle)
        writer.writerow(["site", "user", "password"])
        for entry in entries:
            writer.writerow([entry.site, entry.user, entry.password])
`,
  },
];
