/**
 * Deserialisation of untrusted data. A format that can run code is the weakness, wherever the bytes come from, unless a
 * signature was checked before, or the bytes were made on the spot.
 */
import type { Site } from '../python/site.ts';
import { bare, callParts, childOf, descendants, type PyNode } from '../python/tree.ts';
import { callRule, type NamedCall, type Rule } from './rule.ts';

const RUNS_CODE =
  /^(?:(?:c?pickle|_pickle|cPickle|dill|cloudpickle|marshal|jsonpickle|joblib|shelve|pandas|pd|sklearn\.externals\.joblib)\.(?:loads?|decode|open|read_pickle)|(?:c?[pP]ickle|dill)\.Unpickler\(\)\.load|yaml\.(?:unsafe_load|unsafe_load_all|full_load_all))$/;
const YAML_LOAD = /^yaml\.load(?:_all)?$/;
const SAFE_LOADER = /(?:^|\.)C?(?:Safe|Base)Loader$/;

const deserialises = callRule('runs-code-while-loading', 'CWE-502', (call, site) => {
  const name = call.name;
  if (/^(?:pandas|pd|shelve|joblib)\.(?:loads|decode)$/.test(name) || /^(?:pickle|dill|pandas|pd|marshal)\.open$/.test(name)) return null;
  const unsafe = RUNS_CODE.test(name) || loadsYaml(call, site) || loadsArrays(call) || ownUnpickler(call, site);
  if (!unsafe) return null;
  const [first] = call.positional;
  if (first !== undefined && (madeHere(first, site) || site.taint(first)?.cleared.has('CWE-502') === true)) return null;
  return `${name.replaceAll('()', '')} runs whatever code the data asks for`;
});

function loadsYaml(call: NamedCall, { names }: Site): boolean {
  if (!YAML_LOAD.test(call.name)) return false;
  const loader = call.keywords.get('Loader') ?? call.positional[1];
  return loader === undefined || !SAFE_LOADER.test(names(loader) ?? '');
}

function loadsArrays(call: NamedCall): boolean {
  if (/^(?:numpy|np)\.load$/.test(call.name)) return call.keywords.get('allow_pickle')?.text === 'True';
  // Since PyTorch 2.6 the default is the safe one.
  return call.name === 'torch.load' && call.keywords.get('weights_only')?.text === 'False';
}

/** A subclass of Unpickler that leaves `find_class` as it is. */
function ownUnpickler(call: NamedCall, { module, names }: Site): boolean {
  if (call.method !== 'load' || !call.name.endsWith('().load')) return false;
  const className = call.name.slice(0, -'().load'.length);
  for (const node of descendants(module)) {
    if (node.kind !== 'class_definition' || childOf(node, 'identifier')?.text !== className) continue;
    const bases = childOf(node, 'argument_list')?.children ?? [];
    return bases.some((base) => /(?:^|\.)Unpickler$/.test(names(base) ?? '')) && !node.text.includes('def find_class');
  }
  return false;
}

/** `pickle.loads(pickle.dumps(x))`, also through a name. */
function madeHere(data: PyNode, { names, texts }: Site): boolean {
  const node = bare(data);
  const call = callParts(node.kind === 'identifier' ? (texts.assigned(node.text) ?? node) : node);
  return call !== null && names(call.callee)?.endsWith('.dumps') === true;
}

export const rules: readonly Rule[] = [deserialises];
