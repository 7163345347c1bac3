#!/usr/bin/env node
// Says which Node is needed before anything is loaded that an older one cannot even parse.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `molehunt needs Node 22.13 or newer, this is ${process.versions.node}; install one from https://nodejs.org and run the same command again\n`,
  );
  process.exit(2);
}
await import('../dist/cli/main.js');
