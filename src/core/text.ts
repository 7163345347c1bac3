/**
 * Text that others wrote (models above all) made safe to show: hostile until proven otherwise. Owns: escaping for the
 * terminal and for HTML. Does not own: the record, which keeps what was said byte for byte.
 */

// Controls, format characters, line and paragraph separators, lone surrogates, and whatever else is drawn as nothing:
// escape sequences, bidirectional overrides (CVE-2021-42574), zero-width characters, tags and variation selectors.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

const PICTURE_BEFORE = /\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?$/u;
const PICTURE_AFTER = /^\p{Extended_Pictographic}/u;
// Scripts whose spelling needs joiners: Persian and the Indic ones above all.
const JOINING =
  /(?![\p{Cf}\p{Default_Ignorable_Code_Point}])[\p{scx=Arab}\p{scx=Syrc}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}]$/u;
const VISIBLE_BASE = /[\p{L}\p{N}\p{S}\p{P}\p{Extended_Pictographic}]$/u;

/**
 * Everything that could move the cursor, change colours or the title, reorder or hide text becomes a visible escape
 * (`\x1b`, `\u{202e}`). `lines: true` keeps line feeds and tabs (and turns CR LF into LF); otherwise they are escaped
 * too, so the result is one line. Joiners and variation selectors stay where emoji and scripts need them. Idempotent.
 */
export function terminalSafe(text: string, options: { readonly lines?: boolean } = {}): string {
  const lines = options.lines ?? false;
  const input = lines ? text.replaceAll('\r\n', '\n') : text;
  return input.replace(UNSEEN, (character: string, at: number) => {
    if (lines && (character === '\n' || character === '\t')) return character;
    if (isSpelling(character, input, at)) return character;
    return escapeCharacter(character);
  });
}

/** For element content and quoted attributes. Characters that hide or reorder are left alone: use terminalSafe first. */
export function htmlEscape(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function isSpelling(character: string, text: string, at: number): boolean {
  const joiner = character === '\u200C' || character === '\u200D';
  const selector = character >= '\uFE00' && character <= '\uFE0F';
  if (!joiner && !selector) return false;
  // Eight units hold any picture with its modifiers; a slice may begin inside a pair, which no pattern here minds.
  const before = text.slice(Math.max(0, at - 8), at);
  if (selector) return VISIBLE_BASE.test(before);
  return JOINING.test(before) || (character === '\u200D' && PICTURE_BEFORE.test(before) && PICTURE_AFTER.test(text.slice(at + 1, at + 3)));
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  return NAMED[character] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`);
}
