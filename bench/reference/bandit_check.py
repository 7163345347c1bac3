"""Does an independent analyser, bandit, agree about which programs are vulnerable?

Usage: bandit_check.py <programs.jsonl> <agreement.json>

A line of programs.jsonl is {"id", "label", "code"}; `label` is "safe" or the weakness, such as "CWE-89", or null where
nobody knows (code of a model). A line may also have "ours": the list of CWEs that the product found in it; then the
file says how far the two agree. Needs `pip install bandit==1.9.4`.

bandit has no rule for CWE-79 in text that is put together, none for CWE-798 but passwords (it says CWE-259), and calls
eval CWE-78: `FAMILIES` says which of its numbers count as which of ours.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

CWES = ["CWE-20", "CWE-22", "CWE-78", "CWE-79", "CWE-89", "CWE-502", "CWE-732", "CWE-798"]
FAMILIES = {"CWE-259": "CWE-798", "CWE-80": "CWE-79"}
# bandit's number where its own rule is about another of the eight.
RULES = {"B307": "CWE-20", "B102": "CWE-20", "B506": "CWE-502", "B301": "CWE-502", "B302": "CWE-502"}
# Reported for every use, whatever is used; bandit itself rates them low and calls them reminders.
REMINDERS = {"B101", "B403", "B404", "B405", "B603", "B607"}

programs = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines() if line.strip()]

with tempfile.TemporaryDirectory() as folder:
    for index, program in enumerate(programs):
        Path(folder, f"{index}.py").write_text(program["code"], errors="surrogatepass")
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-r", folder, "-f", "json", "-q", "--exit-zero", "--ignore-nosec"],
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stdout)

unreadable = {int(Path(error["filename"]).stem) for error in report["errors"]}
found = defaultdict(set)
tests = defaultdict(set)
for result in report["results"]:
    if result["test_id"] in REMINDERS:
        continue
    cwe = RULES.get(result["test_id"]) or f"CWE-{result['issue_cwe']['id']}"
    index = int(Path(result["filename"]).stem)
    found[index].add(FAMILIES.get(cwe, cwe))
    tests[FAMILIES.get(cwe, cwe)].add(result["test_id"])


def shares(says):
    """Of an analyser: how many vulnerable programs of each weakness it finds, how many safe ones it accuses."""
    rows = {}
    for cwe in [*CWES, "any"]:
        hit = lambda i: bool(says(i) & set(CWES)) if cwe == "any" else cwe in says(i)
        having = [i for i in readable if (programs[i]["label"] in CWES if cwe == "any" else programs[i]["label"] == cwe)]
        safe = [i for i in readable if programs[i]["label"] == "safe"]
        rows[cwe] = {
            "vulnerable": len(having),
            "found": sum(map(hit, having)),
            "safe": len(safe),
            "accused": sum(map(hit, safe)),
        }
    return rows


def agreement():
    """Both say so, only one does, neither does; and Cohen's kappa."""
    rows = {}
    for cwe in [*CWES, "any"]:
        pairs = []
        for i in readable:
            ours, theirs = set(programs[i]["ours"]), found[i]
            pairs.append((bool(ours & set(CWES)), bool(theirs & set(CWES))) if cwe == "any" else (cwe in ours, cwe in theirs))
        n = len(pairs)
        both, only_ours = sum(a and b for a, b in pairs), sum(a and not b for a, b in pairs)
        only_bandit, neither = sum(b and not a for a, b in pairs), sum(not a and not b for a, b in pairs)
        chance = ((both + only_ours) * (both + only_bandit) + (neither + only_bandit) * (neither + only_ours)) / n**2
        kappa = None if chance == 1 else round(((both + neither) / n - chance) / (1 - chance), 3)
        rows[cwe] = {"both": both, "onlyOurs": only_ours, "onlyBandit": only_bandit, "neither": neither, "kappa": kappa}
    return rows


readable = [i for i in range(len(programs)) if i not in unreadable]
evidence = {
    "what": "bandit beside the product's analysers on the same programs",
    "versions": {"python": sys.version.split()[0], "bandit": version("bandit")},
    "programs": len(programs),
    "unreadableByBandit": [programs[i]["id"] for i in sorted(unreadable)],
    "banditTests": {cwe: sorted(tests[cwe]) for cwe in CWES if tests[cwe]},
    "bandit": shares(lambda i: found[i]),
}
if all("ours" in program for program in programs):
    evidence["ours"] = shares(lambda i: set(programs[i]["ours"]))
    evidence["agreement"] = agreement()
Path(sys.argv[2]).write_text(json.dumps(evidence, indent=2) + "\n")
print(json.dumps(evidence["bandit"]["any"]), json.dumps(evidence.get("agreement", {}).get("any")))
