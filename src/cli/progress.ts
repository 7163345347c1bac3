/**
 * Progress as a person sees it: on a terminal one line that is redrawn, elsewhere a line now and then. Owns when to
 * paint and what a state reads like; the stages and their numbers come from whoever does the work.
 */
import type { Clock } from '../core/clock.ts';
import type { Progress, ProgressState } from '../core/progress.ts';
import { terminalSafe } from '../core/text.ts';
import { count, duration } from '../reports/format.ts';

export interface ProgressScreen {
  readonly write: (text: string) => void;
  /** Columns of a terminal; null when the stream is none. */
  readonly columns: () => number | null;
}

export interface ProgressLine extends Progress {
  /** Estimated seconds of everything, shown beside the time passed. */
  expect(seconds: number): void;
  /** Finishes the current stage's line; call it before printing anything else. */
  end(): void;
}

const PAINT_MS = 100;
const PLAIN_MS = 5000;
const BAR = 10;
const LABEL = 22;
const CLEAR = '\r\u001b[2K';

interface Stage {
  state: ProgressState;
  readonly startedAt: number;
  /** What was already done when the stage began: downloads and trainings go on where they stopped. */
  readonly doneBefore: number;
  paintedAt: number;
}

export function createProgressLine(screen: ProgressScreen, clock: Clock): ProgressLine {
  const begun = clock.monotonic();
  let stage: Stage | null = null;
  let expected: number | null = null;

  const since = (from: number): number => (clock.monotonic() - from) / 1000;
  const paint = (current: Stage): void => {
    current.paintedAt = clock.monotonic();
    const columns = screen.columns();
    const passed = expected === null ? '' : clockText(since(begun), expected);
    const body = describe(current.state, since(current.startedAt), current.doneBefore, columns !== null);
    if (columns === null) screen.write(`${body}${passed === '' ? '' : ` (${passed})`}\n`);
    else screen.write(`${CLEAR}${fit(body, passed, columns - 1)}`);
  };
  const end = (): void => {
    if (stage === null) return;
    const { state, startedAt } = stage;
    stage = null;
    const took = since(startedAt);
    const line = `✓ ${label(state.stage)} ${duration(took)}${state.note === undefined ? '' : ` · ${terminalSafe(state.note)}`}`;
    screen.write(screen.columns() === null ? `${line}\n` : `${CLEAR}${fit(line, '', screen.columns()! - 1)}\n`);
  };

  return {
    expect: (seconds) => void (expected = seconds),
    end,
    update: (state) => {
      const now = clock.monotonic();
      if (stage === null || stage.state.stage !== state.stage) {
        end();
        stage = { state, startedAt: now, doneBefore: state.done, paintedAt: screen.columns() === null ? now : Number.NEGATIVE_INFINITY };
      }
      stage.state = state;
      if (now - stage.paintedAt >= (screen.columns() === null ? PLAIN_MS : PAINT_MS)) paint(stage);
    },
  };
}

function clockText(seconds: number, expected: number): string {
  return seconds <= expected
    ? `${duration(seconds)} of about ${duration(expected)}`
    : `${duration(seconds)}, the plan said ${duration(expected)}`;
}

function label(stage: string): string {
  return terminalSafe(stage).padEnd(LABEL);
}

/** One line: stage, bar, count, rate, note, time left. */
export function describe(state: ProgressState, seconds: number, doneBefore: number, bar: boolean): string {
  const { done, total, unit, rate, note } = state;
  const share = total === undefined || total <= 0 ? null : Math.min(Math.max(done / total, 0), 1);
  const parts: string[] = [];
  const bytes = unit === 'bytes';
  const amount = (value: number): string => (bytes ? megabytes(value) : count(value));
  if (total !== undefined && total > 0)
    parts.push(`${bytes ? `${(done / 1e6).toFixed(1)}` : count(done)}/${amount(total)}${unit === undefined || bytes ? '' : ` ${unit}`}`);
  else if (done > 0) parts.push(`${amount(done)}${unit === undefined || bytes ? '' : ` ${unit}`}`);
  const speed = seconds > 0 ? (done - doneBefore) / seconds : 0;
  if (rate !== undefined && Number.isFinite(rate.value))
    parts.push(`${rate.value < 10 ? rate.value.toFixed(1) : count(rate.value)} ${terminalSafe(rate.unit)}`);
  else if (bytes && speed > 0) parts.push(`${megabytes(speed)}/s`);
  if (note !== undefined) parts.push(terminalSafe(note));
  if (total !== undefined && speed > 0 && seconds >= 1 && done < total) parts.push(`${duration((total - done) / speed)} left`);
  const drawn = bar && share !== null ? `${'█'.repeat(Math.round(share * BAR))}${'░'.repeat(BAR - Math.round(share * BAR))} ` : '';
  return `  ${label(state.stage)} ${drawn}${parts.join(' · ')}`.trimEnd();
}

function fit(left: string, right: string, width: number): string {
  const characters = Array.from(left);
  if (right !== '' && characters.length + 2 + right.length <= width)
    return `${left}${' '.repeat(width - characters.length - right.length)}${right}`;
  return characters.length <= width ? left : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
