import { expect, test } from 'vitest';
import { seccompFilter, type Processor } from './_seccomp.ts';
import { ABSENT, FORBIDDEN, LAST_REVIEWED } from './_syscalls.ts';

const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const ALLOW = 0x7fff0000;
const errno = (value: number): number => 0x00050000 + value;
const [EPERM, ENOSYS, EAFNOSUPPORT] = [errno(1), errno(38), errno(97)];

/** The kernel's side, for the instructions that a filter may have (linux/filter.h): what it answers to a call. */
function answer(filter: Uint8Array, call: { arch: number; number: number; first?: number }): number {
  const program = new DataView(filter.buffer);
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.number >>> 0, true);
  data.setUint32(4, call.arch, true);
  data.setUint32(16, (call.first ?? 0) >>> 0, true);
  for (let at = 0, accumulator = 0; ; at++) {
    const [code, yes, no, k] = [
      program.getUint16(at * 8, true),
      program.getUint8(at * 8 + 2),
      program.getUint8(at * 8 + 3),
      program.getUint32(at * 8 + 4, true),
    ];
    const jump = (holds: boolean): void => void (at += holds ? yes : no);
    if (code === 0x20) accumulator = data.getUint32(k, true);
    else if (code === 0x15) jump(accumulator === k);
    else if (code === 0x25) jump(accumulator > k);
    else if (code === 0x35) jump(accumulator >= k);
    else if (code === 0x45) jump((accumulator & k) !== 0);
    else if (code === 0x06) return k;
    else throw new Error(`no such instruction: ${code} at ${at}`);
  }
}

test.each(['x64', 'arm64'] as const)('every call gets the answer of the table (%s)', (processor: Processor) => {
  const column = processor === 'x64' ? 0 : 1;
  const arch = AUDIT[processor];
  const filter = seccompFilter(processor);
  const of = (table: typeof ABSENT): Set<number | null> => new Set(Object.values(table).map((numbers) => numbers[column]));
  const [absent, forbidden] = [of(ABSENT), of(FORBIDDEN)];
  const sockets = processor === 'x64' ? [41, 53] : [198, 199];
  for (let number = 0; number <= LAST_REVIEWED; number++) {
    const expected = absent.has(number) ? ENOSYS : forbidden.has(number) ? EPERM : sockets.includes(number) ? EAFNOSUPPORT : ALLOW;
    expect(answer(filter, { arch, number }), `call ${number}`).toBe(expected);
  }
  for (const number of [LAST_REVIEWED + 1, 0x4000_0000, 0x4000_0001, 0xffff_ffff])
    expect(answer(filter, { arch, number }), `call ${number}`).toBe(ENOSYS);
  // A 32-bit program on the same processor, and the other processor.
  for (const other of [0x4000_0003, 0x4000_0028, processor === 'x64' ? AUDIT.arm64 : AUDIT.x64])
    expect(answer(filter, { arch: other, number: 1 })).toBe(ENOSYS);
});

test.each([
  ['x64', 56, 41],
  ['arm64', 220, 198],
] as const)('clone and socket are judged by what they ask for (%s)', (processor, clone, socket) => {
  const ask = (number: number, first: number): number => answer(seccompFilter(processor), { arch: AUDIT[processor], number, first });
  // fork, a thread, vfork; then one new namespace each.
  for (const flags of [0x11, 0x3d0f00, 0x4111]) expect(ask(clone, flags)).toBe(ALLOW);
  for (const bit of [17, 25, 26, 27, 28, 29, 30]) expect(ask(clone, 2 ** bit + 17), `bit ${bit}`).toBe(EPERM);
  for (let family = 0; family < 64; family++)
    expect(ask(socket, family), `family ${family}`).toBe([1, 2, 10].includes(family) ? ALLOW : EAFNOSUPPORT);
});

test('no number is in the table twice', () => {
  for (const column of [0, 1]) {
    const numbers = [...Object.values(ABSENT), ...Object.values(FORBIDDEN)].map((pair) => pair[column]).filter((number) => number !== null);
    expect(numbers.length).toBe(new Set(numbers).size);
  }
});
