/** What a conformance suite needs of a test runner, so that it can be published without depending on one. */

/** The part of vitest, or of anything like it. `timeout` is in milliseconds. */
export interface TestRunner {
  readonly test: (name: string, body: () => Promise<void>, timeout: number) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void; toMatchObject(expected: object): void };
}
