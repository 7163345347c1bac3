/** From data to places on a figure: a linear scale, round tick values, polylines, and labels that keep apart. */

export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const span = domain[1] - domain[0] || 1;
  const scale = (value: number): number => range[0] + ((value - domain[0]) / span) * (range[1] - range[0]);
  return Object.assign(scale, { domain });
}

/** About `wanted` round values (1, 2 or 5 times a power of ten) inside the domain. */
export function ticks(domain: readonly [number, number], wanted: number): number[] {
  const span = domain[1] - domain[0];
  if (!(span > 0)) return [domain[0]];
  const power = 10 ** Math.floor(Math.log10(span / wanted));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= wanted) ?? power * 10;
  const first = Math.ceil(domain[0] / step - 1e-9);
  const last = Math.floor(domain[1] / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** SVG path data through the points. */
export function pathThrough(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/**
 * Moves labels apart so that neighbours are at least `gap` away, each as little as can be (least squares), keeping their order and
 * staying inside [top, bottom] as long as they fit. Returns the new places in the order given.
 */
export function spread(places: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = places.map((_, index) => index).sort((a, b) => places[a]! - places[b]! || a - b);
  // With the gaps taken out, the places must not fall: pool adjacent violators (Ayer et al. 1955).
  const pools: { sum: number; size: number }[] = [];
  for (const [rank, index] of order.entries()) {
    let pool = { sum: places[index]! - rank * gap, size: 1 };
    for (let last = pools.at(-1); last !== undefined && last.sum / last.size >= pool.sum / pool.size; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, size: pool.size + last.size };
    }
    pools.push(pool);
  }
  const most = bottom - (places.length - 1) * gap;
  const apart = pools.flatMap(({ sum, size }) => Array<number>(size).fill(Math.max(top, Math.min(sum / size, most))));
  const moved = [...places];
  for (const [rank, index] of order.entries()) moved[index] = apart[rank]! + rank * gap;
  return moved;
}
