/** What the taint walk knows and does not: small programs in which one detail decides. */
import { expect, test } from 'vitest';
import { weaknessesIn } from '../finding.ts';
import { astGrep } from './ast-grep.ts';

const found = (source: string): string => weaknessesIn(astGrep.analyse(source)).join(' ');

/** The body of a function with the parameters a and b; `$` is where a shell is started with `a`. */
const shell = (body: string): string =>
  `import os, re, shlex\nOURS = ["x", "y"]\n\ndef f(a, b):\n${body.replaceAll(/^/gm, '    ').replaceAll('$', 'os.system("run " + a)')}\n`;

test.each([
  ['nothing', '$'],
  ['a check of something else', 'if b not in OURS:\n    raise ValueError\n$'],
  ['a check that does not leave', 'if a not in OURS:\n    print("no")\n$'],
  ['a check after the use', '$\nif a not in OURS:\n    raise ValueError'],
  ['a check undone by assignment', 'if a not in OURS:\n    raise ValueError\na = b\n$'],
  ['a check of an old value', 'ok = a in OURS\na = b\nif not ok:\n    raise ValueError\n$'],
  ['a check in one branch', 'if b:\n    if a not in OURS:\n        return\n$'],
  ['a check of one of two', 'if a not in OURS and b:\n    raise ValueError\n$'],
  ['a deny list', 'if ";" in a:\n    raise ValueError\n$'],
  ['a pattern that need not reach the end', 'if not re.match("[a-z]+", a):\n    raise ValueError\n$'],
  ['an assert', 'assert a in OURS\n$'],
  ['quotes by hand', 'a = a.replace("\'", "")\n$'],
  ['a loop that brings it in late', 'for c in b:\n    $\n    a = c'],
  ['a handler that goes on', 'try:\n    b = int(b)\nexcept ValueError:\n    pass\n$'],
  ['a list joined', 'a = " ".join(["-n", a])\n$'],
  ['a collection', 'parts = []\nparts.append(a)\na = " ".join(parts)\n$'],
  ['unpacking', 'a, b = b, a\n$'],
])('still tainted: %s', (_, body) => expect(found(shell(body))).toContain('CWE-78'));

test.each([
  ['quoted', 'a = shlex.quote(a)\n$'],
  ['a number', 'a = str(int(a))\n$'],
  ['an allow list', 'if a not in OURS:\n    raise ValueError\n$'],
  ['an allow list around', 'if a in OURS:\n    $'],
  ['an allow list that replaces', 'if a not in OURS:\n    a = "x"\n$'],
  ['two checks in one', 'if b not in OURS or a not in OURS:\n    raise ValueError\n$'],
  ['a check under a name', 'ok = a in OURS\nif not ok:\n    raise ValueError\n$'],
  ['a whole pattern', 'if not re.fullmatch("[a-z]+", a):\n    raise ValueError\n$'],
  ['letters only', 'if not a.isalnum():\n    return\n$'],
  ['every letter', 'if not all(c in "abc" for c in a):\n    return\n$'],
  ['a table of ours', 'a = {"x": "-x"}[a]\n$'],
  ['a table with a default of ours', 'a = TABLE.get(a, "x")\n$'],
  ['one of two constants', 'a = "x" if a else "y"\n$'],
  ['its length', 'a = str(len(a))\n$'],
  ['a loop of checks', 'for part in (a, b):\n    if part not in OURS:\n        raise ValueError\n$'],
  [
    'a helper that raises',
    'check(a)\n$\n\ndef check(x):\n    if x not in OURS:\n        raise ValueError'.replace('\n\ndef', '\n\n# \ndef'),
  ],
])('no longer: %s', (_, body) => expect(found(shell(body))).toBe(''));

test('no longer: an anchored pattern', () => {
  expect(found('import os, re\ndef f(a):\n    if re.match("^[a-z]+$", a) is None:\n        return\n    os.system("run " + a)\n')).toBe('');
});

test.each([
  ['imported under another name', 'from os import system as go\ndef f(a):\n    go("x " + a)\n', 'CWE-78'],
  ['through a function of the program', 'import os\ndef build(x):\n    return "x " + x\ndef f(a):\n    os.system(build(a))\n', 'CWE-78'],
  ['a function that quotes', 'import os, shlex\ndef build(x):\n    return "x " + shlex.quote(x)\ndef f(a):\n    os.system(build(a))\n', ''],
  [
    'functions that call each other',
    'import os\ndef a(x):\n    return b(x)\ndef b(x):\n    return a(x)\ndef f(c):\n    os.system(a(c))\n',
    'CWE-78',
  ],
  ['an annotation', 'import os\ndef f(a: int):\n    os.system(f"kill {a}")\n', ''],
  ['the format of a number', 'import os\ndef f(a):\n    os.system(f"kill {a:d}")\n', ''],
  ['the keyboard', 'import os\nos.system("ls " + input())\n', 'CWE-78'],
  ['constants only', 'import os\nNAME = "x"\nos.system("ls " + NAME)\n', ''],
  ['a bare path of a caller', 'def f(path):\n    return open(path).read()\n', ''],
  ['a bare path of a stranger', 'from flask import request\ndef f():\n    return open(request.args["p"]).read()\n', 'CWE-22'],
  ['a name under a folder', 'def f(name):\n    return open("data/" + name).read()\n', 'CWE-22'],
  ['a folder of a caller', 'import os\ndef f(folder):\n    return open(os.path.join(folder, "x.txt")).read()\n', ''],
  ['names that the disk gave', 'import os\ndef f(d):\n    for n in os.listdir(d):\n        open(os.path.join(d, n))\n', ''],
  [
    'a prefix that is looked at too early',
    'import os\ndef f(n):\n    p = os.path.join("/d", n)\n    if not p.startswith("/d/"):\n        raise ValueError\n    open(p)\n',
    'CWE-22',
  ],
  [
    'a prefix of a real path',
    'import os\ndef f(n):\n    p = os.path.realpath(os.path.join("/d", n))\n    if not p.startswith("/d/"):\n        raise ValueError\n    open(p)\n',
    '',
  ],
  ['no dots', 'def f(n):\n    if ".." in n:\n        raise ValueError\n    return open("/d/" + n)\n', ''],
  ['escaped for the wrong place', 'import html, os\ndef f(a):\n    os.system("echo " + html.escape(a))\n', 'CWE-78'],
  ['a comparison is no tag', 'def f(a):\n    return "if x < y and " + a\n', ''],
])('%s', (_, source, cwes) => expect(found(source)).toBe(cwes));
