/**
 * The filter of system calls as bytes for `bwrap --seccomp`: a classic BPF program over `struct seccomp_data`
 * (linux/seccomp.h, linux/filter.h), little-endian on both processors. What it refuses is `_syscalls.ts`.
 */
import { ABSENT, CLONE, CLONE_NAMESPACES, FORBIDDEN, LAST_REVIEWED, SOCKET_FAMILIES, SOCKETS, type Numbers } from './_syscalls.ts';

/** AUDIT_ARCH_* (linux/audit.h), and where the processor's numbers are in the table. */
const PROCESSORS = { x64: { audit: 0xc000_003e, column: 0 }, arm64: { audit: 0xc000_00b7, column: 1 } } as const;
export type Processor = keyof typeof PROCESSORS;

export const isFiltered = (arch: string): arch is Processor => arch in PROCESSORS;

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const GREATER = 0x25; // BPF_JMP | BPF_JGT | BPF_K
const ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K

const ALLOW = 0x7fff_0000;
const refuse = (errno: number): number => 0x0005_0000 | errno;
const EPERM = refuse(1);
const ENOSYS = refuse(38);
const EAFNOSUPPORT = refuse(97);

/** Offsets into `struct seccomp_data`; of an argument, the half that a 32-bit value is in. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

interface Instruction {
  readonly code: number;
  readonly k: number;
  /** Instructions to skip when the test holds, and when it does not. */
  readonly yes: number;
  readonly no: number;
}

const load = (k: number): Instruction => ({ code: LOAD, k, yes: 0, no: 0 });
const give = (k: number): Instruction => ({ code: RETURN, k, yes: 0, no: 0 });
/** The test, and an answer that is given only when it holds. */
const when = (code: number, k: number, answer: number): Instruction[] => [{ code, k, yes: 0, no: 1 }, give(answer)];

/** What happens to a call of this number: instructions that end with an answer. */
type Case = readonly [number: number, body: readonly Instruction[]];

export function seccompFilter(processor: Processor): Uint8Array {
  const { audit, column } = PROCESSORS[processor];
  const refusals = (table: Readonly<Record<string, Numbers>>, answer: number): Case[] =>
    Object.values(table).flatMap((numbers) => (numbers[column] === null ? [] : [[numbers[column], [give(answer)]] as const]));
  const cases: Case[] = [
    ...refusals(ABSENT, ENOSYS),
    ...refusals(FORBIDDEN, EPERM),
    [CLONE[column], [load(FIRST_ARGUMENT), ...when(ANY_BIT, CLONE_NAMESPACES, EPERM), give(ALLOW)]],
    ...SOCKETS.map((numbers): Case => {
      const families = SOCKET_FAMILIES.flatMap((family) => when(EQUAL, family, ALLOW));
      return [numbers[column], [load(FIRST_ARGUMENT), ...families, give(EAFNOSUPPORT)]];
    }),
  ];
  return encode([
    load(ARCHITECTURE),
    { code: EQUAL, k: audit, yes: 1, no: 0 },
    give(ENOSYS),
    load(NUMBER),
    // Also shuts out x86_64's second table of calls (x32), whose numbers begin at 2^30.
    ...when(GREATER, LAST_REVIEWED, ENOSYS),
    ...decide(cases.sort(([a], [b]) => a - b)),
  ]);
}

/** A search tree: the kernel walks the filter once for every number when it is loaded, which is part of every start. */
function decide(cases: readonly Case[]): Instruction[] {
  if (cases.length < 3) return [...cases.flatMap(([k, body]) => [{ code: EQUAL, k, yes: 0, no: body.length }, ...body]), give(ALLOW)];
  const middle = cases.length >> 1;
  const below = decide(cases.slice(0, middle));
  return [{ code: AT_LEAST, k: cases[middle]![0], yes: below.length, no: 0 }, ...below, ...decide(cases.slice(middle))];
}

/** `struct sock_filter`: u16 code, u8 jump if true, u8 jump if false, u32 k. */
function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, { code, yes, no, k }] of program.entries()) {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, yes);
    view.setUint8(i * 8 + 3, no);
    view.setUint32(i * 8 + 4, k >>> 0, true);
  }
  return bytes;
}
