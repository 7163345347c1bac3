/** How far rows lie from their mean, measured by how rows vary: what all rows have in common counts for nothing. */
import { cholesky, solveLower } from './cholesky.ts';

/** Added to every variance, as a share of the average one, so that directions in which nothing varies stay harmless. */
const RIDGE = 1e-3;

/** Distance of every row of a [rows, width] matrix; null when all rows are the same. */
export function mahalanobis(rows: Float32Array, width: number): Float64Array | null {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) mean[at % width]! += rows[at]! / count;
  const row = new Float64Array(width);
  const centre = (index: number): void => {
    for (let k = 0; k < width; k++) row[k] = rows[index * width + k]! - mean[k]!;
  };
  const covariance = new Float64Array(width * width);
  for (let i = 0; i < count; i++) {
    centre(i);
    for (let a = 0; a < width; a++) for (let b = 0; b <= a; b++) covariance[a * width + b]! += (row[a]! * row[b]!) / count;
  }
  let variance = 0;
  for (let k = 0; k < width; k++) variance += covariance[k * width + k]! / width;
  if (!(variance > 0)) return null;
  for (let k = 0; k < width; k++) covariance[k * width + k]! += RIDGE * variance;
  const lower = cholesky(covariance, width);
  const distances = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    centre(i);
    distances[i] = Math.sqrt(solveLower(lower, row).reduce((square, value) => square + value ** 2, 0));
  }
  return distances;
}
