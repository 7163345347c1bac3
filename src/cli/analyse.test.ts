import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { cli, inFolder } from '../../test/support/cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const SQL = 'def find(db, name):\n    return db.execute("SELECT * FROM t WHERE n = \'" + name + "\'")\n';

test('lists what is found in a folder, as text, JSON and SARIF, which it reads back', async () => {
  await inFolder(async (cwd) => {
    mkdirSync(join(cwd, 'app/.hidden'), { recursive: true });
    writeFileSync(join(cwd, 'app/a.py'), SQL);
    writeFileSync(join(cwd, 'app/b.py'), 'x = 1\n');
    writeFileSync(join(cwd, 'app/notes.txt'), 'no code');
    writeFileSync(join(cwd, 'app/.hidden/c.py'), SQL);
    const plain = await cli(['analyse', 'app', '--sarif', 'out.sarif'], { cwd });
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toMatch(/^app\/a\.py:2 {2}CWE-89 .*\[ast-grep text-in-statement\]$/m);
    const imported = await cli(['analyse', '--import', 'out.sarif', '--json'], { cwd });
    const { files, unanalysed } = JSON.parse(imported.stdout) as { files: { file: string; findings: object[] }[]; unanalysed: object[] };
    expect([files.map(({ file }) => file), unanalysed]).toEqual([['app/a.py'], []]);
    expect(plain.stdout).toContain(`\n${files[0]!.findings.length} findings in 2 files\n`);
    expect(JSON.parse(readFileSync(join(cwd, 'out.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  });
});

test('bad input: one line, exit 2; a file that is no Python is named and the others are analysed', async () => {
  await inFolder(async (cwd) => {
    mkdirSync(join(cwd, 'some'));
    writeFileSync(join(cwd, 'some/bad.py'), 'def f(:\n');
    writeFileSync(join(cwd, 'some/good.py'), SQL);
    writeFileSync(join(cwd, 'binary.py'), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(join(cwd, 'bad.sarif'), '{}');
    mkdirSync(join(cwd, 'empty'));
    expect(await cli(['analyse', 'some'], { cwd })).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/good\.py:2 .*bad\.py {2}not analysed: line 1.*1 could not be analysed\n$/s),
    });
    for (const [args, message] of [
      [[], /name a Python file/],
      [['some', '--import', 'bad.sarif'], /name a Python file/],
      [['none.py'], /none\.py/],
      [['empty'], /no \.py file/],
      [['binary.py'], /not UTF-8/],
      [['--import', 'bad.sarif'], /not SARIF 2\.1\.0/],
    ] as const) {
      const { code, stdout, stderr } = await cli(['analyse', ...args], { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});
