import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashJson, merkleRoot, sha256 } from './hash.ts';
import { canonicalJson, type Json } from './json.ts';

const json = fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.parse(JSON.stringify(value)) as Json);

test('canonical JSON reads back as the same value', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(value);
    }),
  );
});

test('one value has one form, whatever the order of its keys', () => {
  expect(canonicalJson({ b: [1, { d: 1, c: null }], a: 'é\n', no: undefined })).toBe('{"a":"é\\n","b":[1,{"c":null,"d":1}]}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), (members) => {
      const reversed = Object.fromEntries(Object.entries(members).toReversed());
      expect(canonicalJson(reversed)).toBe(canonicalJson(members));
    }),
  );
});

test('numbers without a meaning in JSON are refused', () => {
  for (const value of [Number.NaN, Infinity, -Infinity]) expect(() => canonicalJson({ deep: [value] })).toThrow(TypeError);
  expect(canonicalJson(-0)).toBe('0');
});

test('hashes are those of the bytes', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256(new Uint8Array([97, 98, 99]))).toBe(sha256('abc'));
  expect(hashJson({ b: 1, a: 2 })).toBe(sha256('{"a":2,"b":1}'));
});

test('a Merkle root depends on every leaf and its place', () => {
  expect(merkleRoot([])).toBe(sha256(''));
  expect(merkleRoot(['a'])).not.toBe('a');
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 20 }), fc.nat(), (leaves, at) => {
      const root = merkleRoot(leaves);
      const i = at % leaves.length;
      expect(merkleRoot(leaves.with(i, `${leaves[i]}x`))).not.toBe(root);
      expect(merkleRoot(leaves.toReversed())).not.toBe(root);
      expect(merkleRoot(leaves.slice(0, -1))).not.toBe(root);
      // The classic forgery of trees without prefixes: an odd leaf repeated.
      expect(merkleRoot([...leaves, leaves.at(-1)!])).not.toBe(root);
    }),
  );
});
