/** Reference values: scikit-learn 1.9.0, LogisticRegression(C=1/ridge, solver='newton-cholesky', tol=1e-14).fit(…, sample_weight). */
import { expect, test } from 'vitest';
import { logitOf, ridgeLogistic, sigmoid, type Example } from './ridge-logistic.ts';

// Features, class, weight.
const ROWS = [
  [0.2, -1.1, 0, 1],
  [1.4, 0.3, 1, 1],
  [-0.7, 0.9, 0, 1],
  [2.1, 1.6, 1, 0.5],
  [0.5, -0.4, 0, 1],
  [-1.3, -0.2, 0, 2],
  [0.9, 2.2, 1, 1],
  [-0.1, 0.1, 1, 1],
  [1.7, -1.5, 1, 3],
  [-0.8, -1.9, 0, 1],
] as const;
const examples: readonly Example[] = ROWS.map(([a, b, positive, weight]) => ({ features: [a, b], positive: positive === 1, weight }));

test.each([
  [0.1, -0.647720154827297, [2.637818523332853, 0.9786059571430262]],
  [1, -0.36778291026625176, [1.4113057878690982, 0.33943770968738396]],
  [10, -0.05620793238982369, [0.41381396997365605, 0.07639586694508133]],
])('with a ridge of %f, as scikit-learn has it', (ridge, intercept, coefficients) => {
  const found = ridgeLogistic(examples, ridge);
  expect(found.intercept).toBeCloseTo(intercept, 9);
  for (const [k, one] of coefficients.entries()) expect(found.coefficients[k]).toBeCloseTo(one, 9);
});

test('classes that a plane tells apart stay finite', () => {
  const apart = examples.map((one) => ({ ...one, weight: 1, positive: one.features[0]! > 0.4 }));
  const found = ridgeLogistic(apart, 1);
  expect(found.intercept).toBeCloseTo(-0.5240423117491156, 9);
  expect(found.coefficients[0]).toBeCloseTo(1.4085646310388467, 9);
  // Far away, and hardly held back: whole Newton steps overshoot there.
  const far = ridgeLogistic(
    apart.map(({ features, ...rest }) => ({ ...rest, features: features.map((value) => 1000 * value) })),
    1e-6,
  );
  expect(far.coefficients.every(Number.isFinite)).toBe(true);
  for (const { features, positive } of apart)
    expect(
      logitOf(
        far,
        features.map((value) => 1000 * value),
      ) > 0,
    ).toBe(positive);
});

test('what can be said in closed form: odds where nothing differs, and one feature that is the class', () => {
  const same = examples.map((one) => ({ ...one, features: [0] }));
  const { intercept, coefficients } = ridgeLogistic(same, 1);
  expect(intercept).toBeCloseTo(Math.log(6.5 / 6), 9);
  expect(coefficients).toEqual([0]);
  const side = [1, -1].map((value) => ({ features: [value], positive: value > 0, weight: 1 }));
  const found = ridgeLogistic(side, 0.5);
  expect(found.intercept).toBeCloseTo(0, 9);
  // Σ σ(−β) = ridge · β.
  expect(2 * sigmoid(-found.coefficients[0]!)).toBeCloseTo(0.5 * found.coefficients[0]!, 9);
});

test('one class alone, or no ridge, is refused', () => {
  expect(() => ridgeLogistic(examples.slice(1, 2), 1)).toThrow('examples of both classes');
  expect(() => ridgeLogistic(examples, 0)).toThrow('must be above 0');
});
