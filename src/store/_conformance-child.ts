/**
 * The other process of the conformance suite: does one small job on a store and says on standard output what it has
 * done, one line at a time, each only after the store has returned. Arguments: location, job, run id, first number.
 */
import { writeFileSync, writeSync } from 'node:fs';
import { exampleEvents, exampleSample } from './_conformance-data.ts';
import { openStore } from './registry.ts';

const [location, job, runId, first] = process.argv.slice(2) as [string, string, string, string];
const store = await openStore(location);
// Synchronous, so that a kill cannot fall between a line said and a line sent.
const say = (line: string): void => void writeSync(1, `${line}\n`);

if (job === 'write') {
  for (let i = Number(first); ; i++) {
    store.putSample(exampleSample(runId, i), exampleEvents(i));
    say(`sample ${i}`);
    if (i % 4 > 0) continue;
    const file = `${location}.child-${process.pid}`;
    writeFileSync(file, `artifact ${i} `.repeat(20_000));
    say(`artifact ${store.putArtifact(file).hash}`);
  }
}
if (job === 'claim') {
  say(String(store.claimRun(runId)));
  // Holds it until it is killed.
  setInterval(() => {}, 1000);
}
