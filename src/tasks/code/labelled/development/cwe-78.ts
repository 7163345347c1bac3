/** OS command injection: twins for development. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'ping through os.system',
    vulnerable: python`
import os

def ping(host):
    return os.system("ping -c 1 " + host) == 0
`,
    safe: python`
import subprocess

def ping(host):
    return subprocess.run(["ping", "-c", "1", "--", host]).returncode == 0
`,
  },
  {
    name: 'flask dns lookup',
    vulnerable: python`
import subprocess
from flask import Flask, request, jsonify

app = Flask(__name__)

@app.get("/lookup")
def lookup():
    domain = request.args["domain"]
    output = subprocess.check_output(f"nslookup {domain}", shell=True, text=True)
    return jsonify(output=output)
`,
    safe: python`
import shlex
import subprocess
from flask import Flask, request, jsonify

app = Flask(__name__)

@app.get("/lookup")
def lookup():
    domain = request.args["domain"]
    output = subprocess.check_output(f"nslookup {shlex.quote(domain)}", shell=True, text=True)
    return jsonify(output=output)
`,
  },
  {
    name: 'archiving with imported names',
    vulnerable: python`
from subprocess import Popen, PIPE

def archive(folder, name):
    command = "tar czf /backups/{}.tgz {}".format(name, folder)
    process = Popen(command, shell=True, stdout=PIPE, stderr=PIPE)
    out, err = process.communicate()
    return process.returncode, err
`,
    safe: python`
from subprocess import Popen, PIPE

def archive(folder, name):
    command = ["tar", "czf", "/backups/{}.tgz".format(name), "--", folder]
    process = Popen(command, stdout=PIPE, stderr=PIPE)
    out, err = process.communicate()
    return process.returncode, err
`,
  },
  {
    name: 'service control with an allow list',
    vulnerable: python`
import subprocess as sp

def control(service, action):
    cmd = "systemctl %s %s" % (action, service)
    return sp.call(cmd, shell=True)
`,
    safe: python`
import subprocess as sp

SERVICES = {"nginx", "redis", "worker"}
ACTIONS = {"start", "stop", "restart"}

def control(service, action):
    if service not in SERVICES or action not in ACTIONS:
        raise ValueError("unknown service or action")
    cmd = "systemctl %s %s" % (action, service)
    return sp.call(cmd, shell=True)
`,
  },
  {
    name: 'image conversion, asynchronous',
    vulnerable: python`
import asyncio

async def thumbnail(source: str, target: str, width: int) -> None:
    process = await asyncio.create_subprocess_shell(
        f"convert {source} -resize {width} {target}"
    )
    await process.wait()
    if process.returncode:
        raise RuntimeError("conversion failed")
`,
    safe: python`
import asyncio

async def thumbnail(source: str, target: str, width: int) -> None:
    process = await asyncio.create_subprocess_exec(
        "convert", source, "-resize", str(width), target
    )
    await process.wait()
    if process.returncode:
        raise RuntimeError("conversion failed")
`,
  },
  {
    name: 'menu script',
    hard: 'the safe twin runs constants through a shell',
    vulnerable: python`
import os

print("1) disk  2) search")
choice = input("> ")
if choice == "1":
    os.system("df -h")
elif choice == "2":
    word = input("word: ")
    os.system("grep -rn '" + word + "' ./docs | head")
`,
    safe: python`
import os

COMMANDS = {"1": "df -h | sort", "2": "uptime; free -m"}

print("1) disk  2) load")
choice = input("> ")
command = COMMANDS.get(choice)
if command is None:
    print("no such choice")
else:
    os.system(command)
`,
  },
];
