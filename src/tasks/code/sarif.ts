/**
 * SARIF 2.1.0 (OASIS, 2020): findings of other analysers (CodeQL, Semgrep, bandit) in our terms, and ours in theirs.
 * Reading is strict about the version and lenient about all that we do not use. Suppressed results are kept: the code
 * that is judged must not silence its judge.
 */
import { z } from 'zod';
import { messageOf, UsageError } from '../../core/errors.ts';
import { inOrder, type Finding } from './finding.ts';

export interface FileFindings {
  /** As the tool names it; null where it names none. */
  readonly file: string | null;
  readonly findings: readonly Finding[];
}

const component = z.object({ name: z.string().optional(), index: z.number().optional() });
const reference = z.object({ id: z.string().optional(), index: z.number().optional(), toolComponent: component.optional() });
const properties = z.object({ tags: z.array(z.unknown()).optional(), cwe: z.unknown() }).partial();
const ruleSchema = z.object({
  id: z.string(),
  properties: properties.optional(),
  relationships: z.array(z.object({ target: reference })).optional(),
});
const componentSchema = z.object({ name: z.string(), rules: z.array(ruleSchema).optional() });
const resultSchema = z.object({
  ruleId: z.string().optional(),
  ruleIndex: z.number().optional(),
  rule: reference.optional(),
  kind: z.string().optional(),
  baselineState: z.string().optional(),
  message: z.object({ text: z.string().optional(), markdown: z.string().optional(), id: z.string().optional() }),
  locations: z
    .array(
      z.object({
        physicalLocation: z
          .object({
            artifactLocation: z.object({ uri: z.string().optional() }).optional(),
            region: z.object({ startLine: z.number().optional() }).optional(),
          })
          .optional(),
      }),
    )
    .optional(),
  taxa: z.array(reference).optional(),
  properties: properties.optional(),
});
const logSchema = z.object({
  version: z.literal('2.1.0'),
  runs: z.array(
    z.object({
      tool: z.object({ driver: componentSchema, extensions: z.array(componentSchema.partial({ name: true })).optional() }),
      results: z.array(resultSchema).nullish(),
    }),
  ),
});
type Run = z.infer<typeof logSchema>['runs'][number];
type Result = z.infer<typeof resultSchema>;
type SarifRule = z.infer<typeof ruleSchema>;

/** Throws UsageError with the first thing that is wrong. `name` is the file's, for the message. */
export function readSarif(text: string, name: string): FileFindings[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${name} is not JSON (${messageOf(error)}); give a SARIF 2.1.0 file`, 'bad-sarif', error);
  }
  const log = logSchema.safeParse(value);
  if (!log.success) {
    const issue = log.error.issues[0]!;
    throw new UsageError(`${name} is not SARIF 2.1.0: ${issue.path.join('.') || 'the file'}: ${issue.message}`, 'bad-sarif');
  }
  const files = new Map<string | null, Finding[]>();
  for (const run of log.data.runs) {
    for (const result of run.results ?? []) {
      if (isNoFinding(result)) continue;
      const place = result.locations?.[0]?.physicalLocation;
      const file = place?.artifactLocation?.uri ?? null;
      files.set(file, [...(files.get(file) ?? []), ...findingsOf(result, run, place?.region?.startLine ?? 1)]);
    }
  }
  return [...files].map(([file, findings]) => ({ file, findings: inOrder(findings) }));
}

function isNoFinding({ kind, baselineState }: Result): boolean {
  return (kind !== undefined && ['pass', 'notApplicable', 'informational'].includes(kind)) || baselineState === 'absent';
}

/** One finding for each CWE that the result belongs to; one without when it belongs to none. */
function findingsOf(result: Result, run: Run, line: number): Finding[] {
  const rule = ruleOf(result, run);
  const found = { tool: run.tool.driver.name, rule: result.ruleId ?? result.rule?.id ?? rule?.id ?? '(no rule)', line };
  const message = result.message.text ?? result.message.markdown ?? result.message.id ?? '';
  const cwes = cwesOf(result, rule);
  return (cwes.length === 0 ? [null] : cwes).map((cwe) => ({ ...found, cwe, message }));
}

/** §3.52: a rule is named by index, by id, or by both, in the driver or in an extension. */
function ruleOf(result: Result, { tool }: Run): SarifRule | undefined {
  const extension = result.rule?.toolComponent?.index;
  const rules = (extension === undefined ? tool.driver : tool.extensions?.[extension])?.rules ?? [];
  const byIndex = rules[result.ruleIndex ?? result.rule?.index ?? -1];
  const id = result.ruleId ?? result.rule?.id;
  if (byIndex !== undefined) return byIndex;
  // `py/sql-injection/extra` is a part of the rule `py/sql-injection`.
  return [tool.driver, ...(tool.extensions ?? [])]
    .flatMap((each) => each.rules ?? [])
    .find((each) => id === each.id || id?.startsWith(`${each.id}/`));
}

function cwesOf(result: Result, rule: SarifRule | undefined): string[] {
  const references = [...(result.taxa ?? []), ...(rule?.relationships ?? []).map(({ target }) => target)];
  const taxa = references.filter(({ toolComponent }) => toolComponent?.name?.toUpperCase() === 'CWE').map(({ id }) => `CWE-${id ?? ''}`);
  const texts = [result.properties, rule?.properties].flatMap((each) => [...(each?.tags ?? []), ...[each?.cwe].flat()]);
  const numbers = [...taxa, ...texts].flatMap((text) =>
    typeof text === 'string' ? [/^(?:external\/cwe\/)?(?:cwe-)+0*(\d+)\b/i.exec(text)?.[1]] : [],
  );
  return [...new Set(numbers.filter((each) => each !== undefined).map((each) => `CWE-${each}`))];
}

/** One run for each tool. Files must have a name. */
export function writeSarif(files: readonly FileFindings[], versions: Readonly<Record<string, string>>): string {
  const tools = [...new Set([...Object.keys(versions), ...files.flatMap(({ findings }) => findings.map(({ tool }) => tool))])];
  const runs = tools.map((tool) => {
    const results = files.flatMap(({ file, findings }) =>
      findings.filter((each) => each.tool === tool).map((finding) => ({ file, finding })),
    );
    const rules = [...new Map(results.map(({ finding }) => [finding.rule, finding])).values()];
    return {
      tool: {
        driver: {
          name: tool,
          ...(versions[tool] === undefined ? {} : { version: versions[tool] }),
          rules: rules.map(({ rule, cwe }) => ({ id: rule, properties: { tags: ['security', ...(cwe === null ? [] : [tagOf(cwe)])] } })),
        },
      },
      results: results.map(({ file, finding }) => ({
        ruleId: finding.rule,
        ruleIndex: rules.findIndex(({ rule }) => rule === finding.rule),
        level: 'warning',
        message: { text: finding.message },
        locations: [
          {
            physicalLocation: {
              ...(file === null ? {} : { artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) } }),
              region: { startLine: finding.line },
            },
          },
        ],
      })),
    };
  });
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs }, null, 2)}\n`;
}

/** As CodeQL writes them, which is what most readers look for. */
function tagOf(cwe: string): string {
  return `external/cwe/cwe-${cwe.replace(/^CWE-/, '').padStart(3, '0')}`;
}
