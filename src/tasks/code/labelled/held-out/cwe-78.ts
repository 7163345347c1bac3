/** OS command injection: held-out twins. No rule was changed because of them. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'git log of a branch',
    vulnerable: python`
import subprocess

def recent_commits(repo, branch, count=10):
    out = subprocess.run(
        f"git -C {repo} log {branch} --oneline -n {count}",
        shell=True, capture_output=True, text=True, check=True,
    )
    return out.stdout.splitlines()
`,
    safe: python`
import subprocess

def recent_commits(repo, branch, count=10):
    out = subprocess.run(
        ["git", "-C", repo, "log", "--oneline", "-n", str(count), "--end-of-options", branch],
        capture_output=True, text=True, check=True,
    )
    return out.stdout.splitlines()
`,
  },
  {
    name: 'os.popen in a class',
    vulnerable: python`
import os

class DiskReport:
    def __init__(self, mount):
        self.mount = mount

    def usage(self):
        return os.popen("df -h " + self.mount).read()

def report(request_data):
    return DiskReport(request_data["mount"]).usage()
`,
    hard: 'the input travels through an attribute',
    safe: python`
import shutil

class DiskReport:
    def __init__(self, mount):
        self.mount = mount

    def usage(self):
        return shutil.disk_usage(self.mount)

def report(request_data):
    return DiskReport(request_data["mount"]).usage()
`,
  },
  {
    name: 'bash -c',
    hard: 'a list of arguments, the last of which a shell reads',
    vulnerable: python`
from subprocess import run

def count_lines(pattern, filename):
    result = run(["bash", "-c", f"grep -c {pattern} {filename}"], capture_output=True, text=True)
    return int(result.stdout or 0)
`,
    safe: python`
from subprocess import run

def count_lines(pattern, filename):
    result = run(["grep", "-c", "-e", pattern, "--", filename], capture_output=True, text=True)
    return int(result.stdout or 0)
`,
  },
  {
    name: 'video conversion job',
    vulnerable: python`
import subprocess
from django.http import JsonResponse
from django.views.decorators.http import require_POST

@require_POST
def convert(request):
    source = request.POST["source"]
    fmt = request.POST.get("format", "mp4")
    status = subprocess.call("ffmpeg -i media/" + source + " out/video." + fmt, shell=True)
    return JsonResponse({"ok": status == 0})
`,
    safe: python`
import subprocess
from django.http import JsonResponse
from django.views.decorators.http import require_POST

FORMATS = ["mp4", "webm"]
SOURCES = {"intro": "media/intro.mov", "outro": "media/outro.mov"}

@require_POST
def convert(request):
    source = SOURCES.get(request.POST["source"])
    fmt = request.POST.get("format", "mp4")
    if source is None or fmt not in FORMATS:
        return JsonResponse({"ok": False}, status=400)
    status = subprocess.call("ffmpeg -i " + source + " out/video." + fmt, shell=True)
    return JsonResponse({"ok": status == 0})
`,
  },
  {
    name: 'validated address',
    vulnerable: python`
import subprocess

def trace(address: str) -> str:
    status, output = subprocess.getstatusoutput(f"traceroute -m 5 {address}")
    return output if status == 0 else ""
`,
    safe: python`
import ipaddress
import subprocess

def trace(address: str) -> str:
    address = ipaddress.ip_address(address)
    status, output = subprocess.getstatusoutput(f"traceroute -m 5 {address}")
    return output if status == 0 else ""
`,
  },
  {
    name: 'argparse tool',
    hard: 'a person at the command line can run anything anyway; the flaw is the same',
    vulnerable: python`
import argparse
import os

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("package")
    args = parser.parse_args()
    os.system("pip install {}".format(args.package))

if __name__ == "__main__":
    main()
`,
    safe: python`
import argparse
import subprocess
import sys

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("package")
    args = parser.parse_args()
    subprocess.check_call([sys.executable, "-m", "pip", "install", "--", args.package])

if __name__ == "__main__":
    main()
`,
  },
];
