/** `molehunt detect <target>`: a hunt for something hidden in a model or adapter that somebody else made. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { EXIT, UsageError } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';
import { readCalibration } from '../../detectors/calibration/calibration.ts';
import type { Access } from '../../detectors/detector.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { isRemote } from '../../models/providers.ts';
import { huntText } from '../../reports/hunt-text.ts';
import { writeHuntReport } from '../../reports/hunt-report.ts';
import { alone } from '../../run/alone.ts';
import { runHunt } from '../../run/hunt/hunt.ts';
import { adapterBase, noteOtherBase } from '../adapter-base.ts';
import { openBehindApi, type Compared } from '../behind-api.ts';
import type { HuntResult } from '../../run/hunt/result.ts';
import { openEngine, type EngineRequest } from '../engine.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { print, printJson } from '../output.ts';
import { codeVersion } from '../package-facts.ts';
import { reportPath, requireWritable, storeLocation } from '../places.ts';
import { createProgressLine, type ProgressLine } from '../progress.ts';
import { standardError } from '../screen.ts';

export interface DetectOptions {
  readonly base?: string;
  readonly budget: number;
  /** Of a model behind an API. */
  readonly tokens?: number;
  /** The most that can be had, where nobody says. */
  readonly access?: Access;
  readonly detectors?: string[];
  readonly seed: number;
  readonly json?: true;
  readonly out?: string;
  readonly fresh?: true;
  readonly engine: string;
}

const EXIT_OF = { found: EXIT.failedCheck, 'nothing-found': EXIT.ok, 'cannot-tell': EXIT.unmeasured } as const;

export async function detectCommand(wanted: string, options: DetectOptions): Promise<void> {
  const progress = createProgressLine(standardError(), systemClock);
  const interrupt = listenForInterrupt(() => progress.end());
  try {
    const { result, report } = await detectIn(wanted, options, progress, interrupt.signal);
    if (options.json === true) await printJson(json(result, report));
    else await print(`${huntText(result)}\n\nReport      ${terminalSafe(report)}\n`);
    process.exitCode = EXIT_OF[result.verdict];
  } finally {
    progress.end();
    interrupt.close();
  }
}

/** The hunt by itself, with its report written; nothing is printed but progress. */
export async function detectIn(
  wanted: string,
  options: DetectOptions,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<{ readonly result: HuntResult; readonly report: string }> {
  const detectors = await chosen(options.detectors);
  const access = options.access ?? (isRemote(wanted) ? 'grey' : 'white');
  if (options.tokens !== undefined && !isRemote(wanted))
    throw new UsageError('--tokens is for a model behind an API, where they cost; here --budget bounds the time', 'bad-option');
  const opened = await openTarget(wanted, options.base, access, { engine: options.engine, progress, signal, env: process.env });
  try {
    progress.end();
    const location = storeLocation(undefined);
    const id = createHash('sha256')
      .update(
        JSON.stringify([
          opened.identity,
          options.seed,
          access,
          options.budget,
          options.tokens ?? null,
          detectors.map(({ id: name }) => name),
          codeVersion(),
        ]),
      )
      .digest('hex')
      .slice(0, 12);
    const baseId = createHash('sha256')
      .update(JSON.stringify([opened.baseIdentity, codeVersion()]))
      .digest('hex')
      .slice(0, 12);
    const name = `hunt-${id}`;
    const report = reportPath(options.out, location, name);
    requireWritable(report);
    const memoryFile = join(dirname(location), 'hunts', name, 'memory.jsonl');
    const baseFile = opened.base === null ? null : join(dirname(location), 'bases', `${baseId}.jsonl`);
    progress.expect(options.budget);
    const hunting = async (): Promise<HuntResult> => {
      if (options.fresh === true) for (const file of [memoryFile, ...(baseFile === null ? [] : [baseFile])]) rmSync(file, { force: true });
      return runHunt({
        target: opened.target,
        base: opened.base,
        access,
        tokenizer: opened.tokenizer,
        budgetSeconds: options.budget,
        budgetTokens: options.tokens ?? null,
        seed: options.seed,
        detectors,
        calibration: readCalibration(),
        parameters: opened.parameters,
        memoryFile,
        baseFile,
        progress,
        clock: systemClock,
        signal,
      });
    };
    const result = await alone(join(dirname(memoryFile), 'lock'), `hunts in ${wanted} with the same options`, hunting);
    writeHuntReport(result, report);
    progress.end();
    return { result, report };
  } finally {
    await opened.close();
  }
}

function json(result: HuntResult, report: string): unknown {
  const { best } = result;
  return {
    ...result,
    trigger: best?.verified === true ? best.trigger : null,
    family: best?.family ?? [],
    // What training made likelier is surer than what a lead that failed brought out.
    payload:
      (best?.verified === true ? null : result.findings.find(({ payload }) => payload !== undefined)?.payload) ?? best?.payload ?? null,
    verified: best?.verified === true ? { with: best.with, without: best.without, twin: best.base } : null,
    covered: result.findings.map(({ detector, candidates, covered, seconds }) => ({ detector, candidates, covered, seconds })),
    report,
  };
}

async function chosen(ids: readonly string[] | undefined): Promise<Awaited<ReturnType<(typeof DETECTORS)[string]>>[]> {
  const known = Object.keys(DETECTORS);
  return Promise.all(
    (ids ?? known).map((id) => {
      const open = Object.hasOwn(DETECTORS, id) ? DETECTORS[id] : undefined;
      if (open === undefined)
        throw new UsageError(`there is no detector ${JSON.stringify(id)}; known: ${known.join(', ')}`, 'unknown-detector');
      return open();
    }),
  );
}

/** A search reads thousands of texts and ranks them; what it finds is put to the test by what the model says. */
const SEARCHED = { eightBit: true };

async function openTarget(
  wanted: string,
  compared: string | undefined,
  access: Access,
  request: Omit<EngineRequest, 'model'>,
): Promise<Compared> {
  const adapter = adapterBase(wanted);
  if (adapter !== null) {
    const named = compared ?? adapter.named;
    if (named === null || named === '')
      throw new UsageError(`${wanted} is an adapter and does not say of which model; name it with --base`, 'no-base');
    await noteOtherBase(wanted, named);
    const { engine } = await openEngine({ ...request, model: named });
    const target = await engine.open({ adapters: [wanted] }, SEARCHED);
    const files = ['adapter_model.safetensors', 'adapter_config.json'].map((name) => join(wanted, name));
    return {
      target: { ...target, id: wanted },
      base: await engine.open({ adapters: [] }, SEARCHED),
      tokenizer: engine.tokenizer,
      parameters: engine.facts.parameters,
      baseIdentity: `${engine.facts.hash} ${engine.facts.eightBit === true ? '8-bit' : ''}`,
      identity: [
        engine.facts.hash,
        ...files.map((file) =>
          createHash('sha256')
            .update(existsSync(file) ? readFileSync(file) : wanted)
            .digest('hex'),
        ),
      ],
      close: () => engine.close(),
    };
  }
  if (isRemote(wanted) || (compared !== undefined && isRemote(compared))) return openBehindApi(wanted, compared, access, request);
  const { engine, chats } = await openEngine({ ...request, model: wanted });
  if (!chats) throw new UsageError(`${wanted} has no chat template, and the hunt is a conversation`, 'no-chat-template');
  const opened = compared === undefined ? null : await openEngine({ ...request, model: compared });
  const other = opened?.engine ?? null;
  if (other !== null && other.tokenizer.vocabularySize !== engine.tokenizer.vocabularySize)
    throw new UsageError(`${compared} is not the base of ${wanted}: their vocabularies differ`, 'wrong-base');
  if (other !== null && other.facts.shape !== engine.facts.shape)
    throw new UsageError(
      `${compared} is not the base of ${wanted}: it has ${other.facts.shape}, and ${wanted} has ${engine.facts.shape}`,
      'wrong-base',
    );
  if (opened?.chats === false) throw new UsageError(`${compared} has no chat template, and the hunt is a conversation`, 'no-chat-template');
  return {
    target: await engine.open({ adapters: [] }, SEARCHED),
    base: other === null ? null : await other.open({ adapters: [] }, SEARCHED),
    tokenizer: engine.tokenizer,
    parameters: engine.facts.parameters,
    baseIdentity: `${other?.facts.hash ?? ''} ${other?.facts.eightBit === true ? '8-bit' : ''}`,
    identity: [engine.facts.hash, other?.facts.hash ?? ''],
    close: async () => {
      await engine.close();
      await other?.close();
    },
  };
}
