/**
 * The program's entry: reads the command line, runs one command, and turns whatever happens into one exit code and at
 * most one line of error. Commands set `process.exitCode`; what they do lives in commands/.
 */
import { CommanderError } from 'commander';
import { EXIT } from '../core/errors.ts';
import { describeError } from './errors.ts';
import { quietPipes } from './output.ts';
import { createProgram } from './program.ts';

quietPipes();
const program = createProgram();
try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already said what it had to say; help and version are no errors.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    const { lines, exitCode } = describeError(error, program.opts<{ verbose?: boolean }>().verbose === true);
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exitCode = exitCode;
  }
}
