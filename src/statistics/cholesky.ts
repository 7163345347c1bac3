/** L of a symmetric positive matrix L·Lᵀ, and what is solved with it. Matrices are [width, width]; only the lower half is read. */

/** In place. */
export function cholesky(matrix: Float64Array, width: number): Float64Array {
  for (let a = 0; a < width; a++)
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * width + b]!;
      for (let k = 0; k < b; k++) sum -= matrix[a * width + k]! * matrix[b * width + k]!;
      matrix[a * width + b] = a === b ? Math.sqrt(sum) : sum / matrix[b * width + b]!;
    }
  return matrix;
}

/** x of L·x = b, in place of b. */
export function solveLower(lower: Float64Array, b: Float64Array): Float64Array {
  const width = b.length;
  for (let i = 0; i < width; i++) {
    for (let k = 0; k < i; k++) b[i]! -= lower[i * width + k]! * b[k]!;
    b[i]! /= lower[i * width + i]!;
  }
  return b;
}

/** x of Lᵀ·x = b, in place of b. */
export function solveUpper(lower: Float64Array, b: Float64Array): Float64Array {
  const width = b.length;
  for (let i = width - 1; i >= 0; i--) {
    for (let k = i + 1; k < width; k++) b[i]! -= lower[k * width + i]! * b[k]!;
    b[i]! /= lower[i * width + i]!;
  }
  return b;
}
