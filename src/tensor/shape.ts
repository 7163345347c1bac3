/**
 * Shapes with symbolic dimensions. A dimension is a number, or a monomial of named symbols in canonical spelling
 * (`B`, `2*B*T`): enough to say "rows = batch × time" and to check it while a graph is built.
 */

export type Dim = number | string;
export type Shape = readonly Dim[];

interface Monomial {
  readonly factor: number;
  /** Sorted, with repetition. */
  readonly symbols: readonly string[];
}

function parse(dim: Dim): Monomial {
  if (typeof dim === 'number') return { factor: dim, symbols: [] };
  const parts = dim.split('*');
  const numbers = parts.filter((part) => /^\d+$/.test(part)).map(Number);
  return { factor: numbers.reduce((a, b) => a * b, 1), symbols: parts.filter((part) => !/^\d+$/.test(part)).sort() };
}

function spell({ factor, symbols }: Monomial): Dim {
  if (factor === 0 || symbols.length === 0) return factor;
  return [...(factor === 1 ? [] : [String(factor)]), ...symbols].join('*');
}

/** Product of dimensions in canonical spelling; `product([])` is 1. */
export function product(dims: Shape): Dim {
  const factors = dims.map(parse);
  return spell({
    factor: factors.reduce((all, { factor }) => all * factor, 1),
    symbols: factors.flatMap(({ symbols }) => symbols).sort(),
  });
}

/** The symbols a dimension is made of, and its numeric factor. */
export function factorsOf(dim: Dim): { readonly factor: number; readonly symbols: readonly string[] } {
  return parse(dim);
}

/** A name by itself, not a number or a product. */
export function isSymbol(dim: Dim): dim is string {
  return typeof dim === 'string' && parse(dim).symbols[0] === dim;
}

export function sameDim(a: Dim, b: Dim): boolean {
  return product([a]) === product([b]);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]!));
}

/** Number of elements once every symbol has a value. */
export function sizeOf(shape: Shape, symbols: ReadonlyMap<string, number>): number {
  return resolveShape(shape, symbols).reduce((a, b) => a * b, 1);
}

export function resolveShape(shape: Shape, symbols: ReadonlyMap<string, number>): number[] {
  return shape.map((dim) => {
    const { factor, symbols: names } = parse(dim);
    return names.reduce((size, name) => {
      const value = symbols.get(name);
      if (value === undefined) throw new RangeError(`no size is known for dimension ${name}`);
      return size * value;
    }, factor);
  });
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** NumPy broadcasting: axes align at the end; equal, or one of them 1. Undefined when they do not fit. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const out: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (sameDim(left, right) || right === 1) out.push(left);
    else if (left === 1) out.push(right);
    else return undefined;
  }
  return out;
}
