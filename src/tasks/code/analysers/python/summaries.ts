/**
 * What the program's own functions do with what they are given, looked at once for each function. Does not walk: it is
 * handed a walk through a function whose every argument is tainted.
 */
import { parametersOf } from './blocks.ts';
import type { Environment } from './environment.ts';
import { mix, type MaybeTaint } from './taint.ts';
import { attributeParts, childOf, descendants, type CallParts, type PyNode } from './tree.ts';

export interface Summary {
  /** Of what it returns when every argument is tainted. */
  readonly returns: MaybeTaint;
  /** What each parameter can no longer cause, once the function has come back. */
  readonly parameters: ReadonlyMap<string, MaybeTaint>;
  /** Names of the parameters, without `self`. */
  readonly order: readonly string[];
}

/** Functions that call functions that call functions: beyond, a call is taken to pass on what it is given. */
const DEEPEST_CALLS = 20;

export class Summaries {
  private readonly functions = new Map<string, PyNode>();
  private readonly known = new Map<PyNode, Summary | 'in progress'>();
  private readonly walkThrough: (definition: PyNode, returned: MaybeTaint[]) => Environment;
  private depth = 0;

  /** `walkThrough` collects what is returned, and gives what is known at the end. */
  constructor(module: PyNode, walkThrough: (definition: PyNode, returned: MaybeTaint[]) => Environment) {
    this.walkThrough = walkThrough;
    for (const node of descendants(module)) {
      const name = node.kind === 'function_definition' ? childOf(node, 'identifier') : null;
      if (name !== null) this.functions.set(name.text, node);
    }
  }

  /** Null for a function that is not of this program, that calls itself, or that is too far down. */
  of(call: CallParts): Summary | null {
    const attribute = attributeParts(call.callee);
    const name = call.callee.kind === 'identifier' ? call.callee.text : attribute?.receiver.text === 'self' ? attribute.name : null;
    const definition = name === null ? undefined : this.functions.get(name);
    if (definition === undefined) return null;
    const known = this.known.get(definition);
    if (known !== undefined) return known === 'in progress' ? null : known;
    if (this.depth >= DEEPEST_CALLS) return null;
    this.known.set(definition, 'in progress');
    this.depth++;
    const returned: MaybeTaint[] = [];
    const after = this.walkThrough(definition, returned);
    this.depth--;
    const order = parametersOf(definition)
      .map((parameter) => parameter.name)
      .filter((each) => each !== 'self' && each !== 'cls');
    const summary: Summary = { returns: mix(returned), parameters: new Map(order.map((each) => [each, after.get(each) ?? null])), order };
    this.known.set(definition, summary);
    return summary;
  }

  /** What a call returns for these arguments; undefined when the function is not known. */
  returned(call: CallParts, argumentTaint: MaybeTaint): MaybeTaint | undefined {
    const summary = this.of(call);
    if (summary === null) return undefined;
    const { returns } = summary;
    if (returns === null) return null;
    if (argumentTaint === null) return returns.origin === 'request' ? returns : null;
    return {
      ...returns,
      origin: argumentTaint.origin,
      cleared: returns.cleared.union(argumentTaint.cleared),
      joined: returns.joined || argumentTaint.joined,
    };
  }
}
