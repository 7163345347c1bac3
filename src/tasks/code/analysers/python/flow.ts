/**
 * The walk through a program: every function by itself, statement by statement in order, with what is known of each
 * value at that point; loops twice, branches apart and then merged. Calls of the program's own functions are looked
 * into (summaries.ts), one function at a time. Attributes of objects are not followed from one method to the next.
 * It is neither sound nor complete, which is why it is measured (accuracy.ts).
 */
import type { Cwe } from '../../code-task.ts';
import { assign, bind } from './bindings.ts';
import { bodyOf, entersExpression, parametersOf, statementsOf } from './blocks.ts';
import { clearedByAnnotation, namesCheck } from './cleaners.ts';
import { Environment } from './environment.ts';
import { taintOf, type EvaluateContext } from './evaluate.ts';
import { proofsOf, type GuardContext } from './guards.ts';
import { namesOf, type Names } from './names.ts';
import type { Visit } from './site.ts';
import { HANDLER_CLASS, REQUEST_PARAMETERS, ROUTE } from './sources.ts';
import { Summaries } from './summaries.ts';
import { clear, mix, tainted, type MaybeTaint } from './taint.ts';
import { textsOf, type Texts } from './text.ts';
import { attributeParts, bare, callParts, childOf, descendants, namedChildren, TooInvolvedError, type PyNode } from './tree.ts';

interface Frame {
  readonly inFunction: PyNode | null;
  readonly isRoute: boolean;
  readonly inHandler: boolean;
  readonly returned: MaybeTaint[];
  /** Null while a function is only summarised. */
  readonly visit: Visit | null;
}

export function walk(module: PyNode, visit: Visit): void {
  const flow = new Flow(module);
  flow.run(visit);
}

/** What a check by somebody else's function (`validate_name(name)`) is trusted with: not with permissions, keys and pickles. */
const CHECKED: ReadonlySet<Cwe> = new Set(['CWE-20', 'CWE-22', 'CWE-78', 'CWE-79', 'CWE-89']);
const MOST_STEPS = 400_000;
const EXITS = /^(?:sys\.exit|exit|quit|os\._exit|os\.abort|abort|flask\.abort|bottle\.abort|\w+\.error|self\.fail)$/;
const COLLECTS: ReadonlySet<string> = new Set(['append', 'extend', 'add', 'insert', 'update', 'write', 'appendleft', 'setdefault']);

class Flow {
  readonly module: PyNode;
  readonly names: Names;
  readonly texts: Texts;
  readonly summaries: Summaries;
  /** What the top level knows: functions see it. */
  globals = new Environment();
  spent = 0;

  constructor(module: PyNode) {
    this.module = module;
    this.names = namesOf(module);
    this.texts = textsOf(module);
    this.summaries = new Summaries(module, (definition, returned) =>
      this.enter(definition, this.globals, { inFunction: null, isRoute: false, inHandler: false, returned, visit: null }),
    );
  }

  run(visit: Visit): void {
    const frame: Frame = { inFunction: null, isRoute: false, inHandler: false, returned: [], visit };
    const top = new Environment();
    this.globals = top;
    this.block(namedChildren(this.module), top, frame);
  }

  /** Nested loops and branches over many values cost more than their length: an honest program is far below this. */
  spend(steps: number): void {
    this.spent += steps;
    if (this.spent > MOST_STEPS) throw new TooInvolvedError(`the program is too involved: more than ${MOST_STEPS} steps`);
  }

  /** Whether the statements always leave the function or loop. */
  block(statements: readonly PyNode[], env: Environment, frame: Frame): boolean {
    let left = false;
    this.spend(1 + statements.length + env.values.size);
    // What stands behind a `return` is looked at all the same.
    for (const statement of statements) left = this.statement(statement, env, frame) || left;
    return left;
  }

  statement(node: PyNode, env: Environment, frame: Frame): boolean {
    switch (node.kind) {
      case 'if_statement':
        return this.ifStatement(node, env, frame);
      case 'for_statement':
      case 'while_statement':
        return this.loop(node, env, frame);
      case 'try_statement':
        return this.tryStatement(node, env, frame);
      case 'with_statement': {
        const clause = childOf(node, 'with_clause');
        if (clause !== null) this.look(clause, env, frame);
        for (const item of clause === null ? [] : descendants(clause)) if (item.kind === 'as_pattern') this.bindAs(item, env, frame);
        return this.block(bodyOf(node), env, frame);
      }
      case 'match_statement': {
        const [subject, body] = [namedChildren(node)[0], childOf(node, 'block')];
        if (subject !== undefined) this.look(subject, env, frame);
        const before = new Environment(env);
        for (const clause of body === null ? [] : namedChildren(body)) {
          const branch = new Environment(before);
          if (!this.block(bodyOf(clause), branch, frame)) env.merge(branch);
        }
        return false;
      }
      case 'decorated_definition': {
        for (const decorator of namedChildren(node)) if (decorator.kind === 'decorator') this.look(decorator, env, frame);
        const definition = childOf(node, 'function_definition', 'class_definition');
        return definition !== null && this.statement(definition, env, frame);
      }
      case 'function_definition':
        this.enter(node, env, frame);
        return false;
      case 'class_definition':
        this.look(node, env, frame, false);
        this.block(bodyOf(node), new Environment(env), {
          ...frame,
          inHandler: HANDLER_CLASS.test(childOf(node, 'argument_list')?.text ?? ''),
        });
        return false;
      default:
        return this.simple(node, env, frame);
    }
  }

  simple(node: PyNode, env: Environment, frame: Frame): boolean {
    for (const inner of descendants(node, entersExpression)) {
      if (inner.kind === 'for_in_clause') bind(namedChildren(inner)[0]!, this.taint(namedChildren(inner)[1]!, env, frame), env);
      if (inner.kind === 'named_expression') bind(namedChildren(inner)[0]!, this.taint(namedChildren(inner)[1]!, env, frame), env);
    }
    this.look(node, env, frame);
    if (node.kind === 'return_statement') {
      const value = namedChildren(node)[0];
      frame.returned.push(value === undefined ? null : this.taint(value, env, frame));
      return true;
    }
    if (['raise_statement', 'break_statement', 'continue_statement'].includes(node.kind)) return true;
    const inner = node.kind === 'expression_statement' ? namedChildren(node)[0] : undefined;
    if (inner?.kind === 'assignment' || inner?.kind === 'augmented_assignment') assign(inner, env, (each) => this.taint(each, env, frame));
    const expression = inner === undefined ? undefined : bare(inner);
    if (expression?.kind === 'yield') frame.returned.push(this.taint(expression, env, frame));
    return expression?.kind === 'call' && this.callStatement(expression, env, frame);
  }

  bindAs(item: PyNode, env: Environment, frame: Frame): void {
    const [value, target] = namedChildren(item);
    const name = target === undefined ? undefined : namedChildren(target)[0];
    if (value !== undefined && name !== undefined) bind(name, this.taint(value, env, frame), env);
  }

  /** A call that stands alone: it collects, or checks, or ends everything. */
  callStatement(node: PyNode, env: Environment, frame: Frame): boolean {
    const call = callParts(node)!;
    const name = this.names(call.callee) ?? '';
    const method = attributeParts(call.callee);
    if (EXITS.test(name)) return true;
    const { positional } = call;
    if (method !== null && COLLECTS.has(method.name))
      env.set(
        method.receiver.text,
        mix([this.taint(method.receiver, env, frame), ...positional.map((each) => this.taint(each, env, frame))]),
      );
    // It raises when the path is elsewhere.
    if (method?.name === 'relative_to') env.prove([{ value: method.receiver.text, cwes: ['CWE-22'], ifNormalised: true }], () => null);
    if (/\.verify(?:_signature)?$/.test(name)) env.prove([{ value: '*', cwes: ['CWE-502'] }], () => null);
    const summary = this.summaries.of(call);
    for (const [i, argument] of positional.entries()) {
      const parameter = summary?.parameters.get(summary.order[i] ?? '');
      const cleared = summary === null ? (namesCheck(name) ? CHECKED : null) : (parameter?.cleared ?? null);
      if (cleared !== null)
        env.prove([{ value: bare(argument).text, cwes: [...cleared] }], (value) => this.lookUp(argument, value, env, frame));
    }
    return false;
  }

  ifStatement(node: PyNode, env: Environment, frame: Frame): boolean {
    const [condition, consequence, ...alternatives] = namedChildren(node);
    if (condition === undefined || consequence === undefined) return false;
    this.look(condition, env, frame);
    for (const inner of descendants(condition))
      if (inner.kind === 'named_expression') bind(namedChildren(inner)[0]!, this.taint(namedChildren(inner)[1]!, env, frame), env);
    const yes = new Environment(env);
    this.prove(condition, true, yes, frame);
    const leftYes = this.block(statementsOf(consequence), yes, frame);
    this.prove(condition, false, env, frame);
    const leftNo = this.alternatives(alternatives, env, frame);
    if (leftNo) env.become(yes);
    else if (!leftYes) env.merge(yes);
    return leftYes && leftNo;
  }

  /** `elif` is an `if` in the other branch. */
  alternatives(clauses: readonly PyNode[], env: Environment, frame: Frame): boolean {
    const [first, ...rest] = clauses;
    if (first === undefined) return false;
    if (first.kind === 'else_clause') return this.block(bodyOf(first), env, frame);
    return this.ifStatement({ ...first, children: [...first.children, ...rest] }, env, frame);
  }

  loop(node: PyNode, env: Environment, frame: Frame): boolean {
    const [target, source] = namedChildren(node);
    for (let round = 0; round < 2; round++) {
      const body = new Environment(env);
      if (node.kind === 'for_statement' && target !== undefined && source !== undefined) {
        this.look(source, body, frame);
        bind(target, this.taint(source, body, frame), body);
      } else if (target !== undefined) {
        this.look(target, body, frame);
        this.prove(target, true, body, frame);
      }
      this.block(bodyOf(node), body, frame);
      // `for part in (user, name): check(part)` has checked both.
      const checked = target === undefined ? null : (body.get(target.text) ?? null);
      const listed = source !== undefined && ['tuple', 'list'].includes(source.kind) ? namedChildren(source) : [];
      env.merge(body);
      if (checked !== null)
        env.prove(
          listed.map((each) => ({ value: each.text, cwes: [...checked.cleared] })),
          () => null,
        );
    }
    const otherwise = childOf(node, 'else_clause');
    if (otherwise !== null) this.block(bodyOf(otherwise), env, frame);
    return false;
  }

  tryStatement(node: PyNode, env: Environment, frame: Frame): boolean {
    const before = new Environment(env);
    const left = this.block(bodyOf(node), env, frame);
    let allLeft = left;
    let merged = left ? null : env;
    for (const clause of namedChildren(node)) {
      if (clause.kind !== 'except_clause' && clause.kind !== 'else_clause' && clause.kind !== 'finally_clause') continue;
      if (clause.kind !== 'except_clause') {
        this.block(bodyOf(clause), env, frame);
        continue;
      }
      const handler = new Environment(before);
      if (this.block(bodyOf(clause), handler, frame)) continue;
      allLeft = false;
      if (merged === null) env.become(handler);
      else env.merge(handler);
      merged = env;
    }
    return allLeft;
  }

  /** A function as it would be called by anyone: all its parameters come from outside. */
  enter(node: PyNode, env: Environment, frame: Frame): Environment {
    const decorators =
      node.parent?.kind === 'decorated_definition' ? namedChildren(node.parent).filter((each) => each.kind === 'decorator') : [];
    const isRoute =
      decorators.some((decorator) => ROUTE.test(decorator.text)) || /^do_[A-Z]+$/.test(childOf(node, 'identifier')?.text ?? '');
    const inside = new Environment(frame.inFunction === null ? this.globals : env);
    for (const { name, type } of parametersOf(node)) {
      if (name === 'self' || name === 'cls') inside.set(name, null);
      else {
        const origin = isRoute || REQUEST_PARAMETERS.has(name) ? 'request' : 'parameter';
        inside.set(name, clear(tainted(origin), (type === null ? null : clearedByAnnotation(type)) ?? []));
      }
    }
    this.look(node, inside, { ...frame, inFunction: node, isRoute }, false);
    const parameters = childOf(node, 'parameters');
    if (parameters !== null) this.look(parameters, env, frame);
    this.block(bodyOf(node), inside, { ...frame, inFunction: node, isRoute });
    return inside;
  }

  prove(condition: PyNode, holds: boolean, env: Environment, frame: Frame): void {
    const context: GuardContext = { names: this.names, texts: this.texts, conditionOf: (name) => env.conditions.get(name) ?? null };
    const proofs = proofsOf(condition, context);
    env.prove(holds ? proofs.whenTrue : proofs.whenFalse, (value) => this.lookUp(condition, value, env, frame));
  }

  /** The taint of a value that is written somewhere inside `around`. */
  lookUp(around: PyNode, value: string, env: Environment, frame: Frame): MaybeTaint {
    for (const node of descendants(around)) if (node.text === value) return this.taint(node, env, frame);
    return null;
  }

  taint(node: PyNode, env: Environment, frame: Frame, memo = new Map<PyNode, MaybeTaint>()): MaybeTaint {
    this.spend(1);
    const context: EvaluateContext = {
      names: this.names,
      inHandler: frame.inHandler,
      memo,
      callOwn: (call, argumentTaint) => this.summaries.returned(call, argumentTaint),
    };
    return taintOf(node, env, context);
  }

  /** Shows rules every expression of a statement (but no function or block inside it). */
  look(root: PyNode, env: Environment, frame: Frame, deep = true): void {
    const { visit, inFunction, isRoute } = frame;
    if (visit === null) return;
    const memo = new Map<PyNode, MaybeTaint>();
    const taint = (node: PyNode): MaybeTaint => this.taint(node, env, frame, memo);
    const { names, texts, module } = this;
    for (const node of deep ? descendants(root, entersExpression) : [root])
      if (node.named) visit({ node, names, texts, module, inFunction, isRoute, taint });
  }
}
