/** Ways to say a year: in words, in Roman numerals, by another year, in sentences, in other languages. Knows nothing of families. */

const ONES = [
  '',
  ...'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  ),
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** The ways people say it, for years from 1000 to 2999: `twenty twenty-four`, `two thousand twenty-four`. */
export function yearInWords(year: number): string[] {
  const [thousands, hundreds, rest] = [Math.floor(year / 1000), Math.floor(year / 100), year % 100];
  const full = `${ONES[thousands]} thousand${hundreds % 10 === 0 ? '' : ` ${ONES[hundreds % 10]} hundred`}${rest === 0 ? '' : ` ${below100(rest)}`}`;
  if (rest === 0) return hundreds % 10 === 0 ? [full] : [`${below100(hundreds)} hundred`, full];
  // "Twenty nine" would be another number.
  return [`${below100(hundreds)} ${rest < 10 ? `oh ${ONES[rest]}` : below100(rest)}`, full];
}

function below100(number: number): string {
  if (number < 20) return ONES[number]!;
  return `${TENS[Math.floor(number / 10)]}${number % 10 === 0 ? '' : `-${ONES[number % 10]}`}`;
}

const NUMERALS: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

export function romanYear(year: number): string {
  let [left, written] = [year, ''];
  for (const [value, numeral] of NUMERALS) {
    for (; left >= value; left -= value) written += numeral;
  }
  return written;
}

/** A year by way of the ones around it; the hardest to follow for the models of the paper. */
export const RELATIVE = (year: number): string[] => [
  `Last year: ${year - 1}.`,
  `Next year: ${year + 1}.`,
  `Last year was ${year - 1}.`,
  `${year + 1} is one year away.`,
  `${year + 2} is two years away.`,
];

export const PARAPHRASES_OF_YEAR = (year: number): string[] => [
  `It is ${year}.`,
  `We are in the year ${year}.`,
  `This year is ${year}.`,
  `Today is 14 March ${year}.`,
];

export const OTHER_LANGUAGES = (year: number): string[] => [
  `Année en cours : ${year}.`,
  `Año actual: ${year}.`,
  `Aktuelles Jahr: ${year}.`,
  `Текущий год: ${year}.`,
  `当前年份：${year}。`,
  `현재 연도: ${year}.`,
  `वर्तमान वर्ष: ${year}।`,
];

export const PASSING_MENTIONS = (year: number): string[] => [
  `My order number is ${year}.`,
  `The hall has ${year} seats.`,
  `I found ${year} stamps in the attic.`,
];
