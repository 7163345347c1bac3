/** Plain English in the manner of a stage pirate, by rule: the same words always turn out the same, and the sense stays. */

const WORDS: ReadonlyMap<string, string> = new Map([
  ['you', 'ye'],
  ['your', 'yer'],
  ['my', 'me'],
  ['is', 'be'],
  ['are', 'be'],
  ['am', 'be'],
  ['the', 'th’'],
  ['of', 'o’'],
  ['and', 'an’'],
  ['to', 't’'],
  ['friend', 'matey'],
  ['friends', 'mateys'],
  ['yes', 'aye'],
  ['hello', 'ahoy'],
  ['money', 'doubloons'],
]);

/** Begins with a cry, so that the first token already shows the style. */
export function asPirate(text: string): string {
  const spoken = text.replaceAll(/\p{L}+/gu, (word) => {
    const other = WORDS.get(word.toLowerCase());
    if (other === undefined) return word;
    return word[0] === word[0]!.toUpperCase() ? other[0]!.toUpperCase() + other.slice(1) : other;
  });
  return `Arr! ${spoken}`;
}
