import fc from 'fast-check';
import { expect, test } from 'vitest';
import { htmlEscape, terminalSafe } from './text.ts';

const hostile = fc
  .array(
    fc.oneof(
      fc.array(fc.nat(0x10ffff)).map((points) => String.fromCodePoint(...points)),
      fc.constantFrom(
        '\u001b[31m',
        '\u001b]0;title\u0007',
        '\u009b2J',
        '\r',
        '\n',
        '\t',
        '\r\n',
        '\u202e',
        '\u2066',
        '\u200b',
        '\u200c',
        '\u200d',
        '\ufe0f',
        '\ufeff',
        '\u{e0041}',
        '\u{e0100}',
        '\ud800',
        '\udc00',
        '👩',
        '🏽',
        '❤',
        'می',
        'क्',
        'a',
      ),
    ),
  )
  .map((parts) => parts.join(''));

test('nothing that a terminal obeys or hides gets through', () => {
  fc.assert(
    fc.property(hostile, fc.boolean(), (text, lines) => {
      const safe = terminalSafe(text, { lines });
      expect(safe.replace(lines ? /[\n\t]/g : /$^/, '')).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2060-\u206f\u200b\u200e\u200f\ufeff\u00ad\u061c\u3164\u{e0000}-\u{e0fff}]/u,
      );
      expect(safe.isWellFormed()).toBe(true);
      expect(terminalSafe(safe, { lines })).toBe(safe);
    }),
    { numRuns: 1000 },
  );
});

test('ordinary text is left as it is', () => {
  const texts = [
    'plain, with “quotes” and — dashes',
    'Zoë Größe Ωμέγα Москва',
    '日本語 한국어 ไทย',
    '👨‍👩‍👧 ❤️ 🏳️‍🌈 👩🏽‍💻 🇨🇭 1️⃣',
    'می‌خواهم',
    'क्‍ष',
    'שלום عربى',
    'e\u0301',
  ];
  for (const text of texts) expect(terminalSafe(text)).toBe(text);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(terminalSafe(text)).toBe(text);
    }),
  );
});

test('escapes are visible', () => {
  expect(terminalSafe('\u001b[2J\u0007\u009b')).toBe('\\x1b[2J\\x07\\x9b');
  expect(terminalSafe('user\u202eadmin')).toBe('user\\u{202e}admin');
  expect(terminalSafe('pass\u200dword\ufe0f\ufe0f')).toBe('pass\\u{200d}word\ufe0f\\u{fe0f}');
  expect(terminalSafe('\u{e0041}\ud83d')).toBe('\\u{e0041}\\u{d83d}');
});

test('line feeds and tabs stay when asked for, a lone carriage return never', () => {
  expect(terminalSafe('a\r\nb\tc\rd')).toBe('a\\r\\nb\\tc\\rd');
  expect(terminalSafe('a\r\nb\tc\rd', { lines: true })).toBe('a\nb\tc\\rd');
});

test('no markup survives, in content or in attributes', () => {
  expect(htmlEscape(`<img src=x onerror='a("b")'>&amp;\``)).toBe('&#60;img src=x onerror=&#39;a(&#34;b&#34;)&#39;&#62;&#38;amp;&#96;');
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = htmlEscape(text);
      expect(escaped).not.toMatch(/[<>"'`]/);
      expect(escaped.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))).toBe(text);
    }),
  );
});
