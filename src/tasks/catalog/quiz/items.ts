/**
 * The questions: things that everybody knows and a very small model knows in part. Short answers with their other spellings.
 * A line is `question | answer | another spelling …`; a choice names all options in brackets and the right one behind them.
 */
import type { TaskItem } from '../../task.ts';

export interface QuizItem extends TaskItem {
  readonly accepted: readonly string[];
  /** `words`: the answer names one of `accepted`. `number`: the first new number counts. `choice`: the first option named counts. */
  readonly kind: 'words' | 'number' | 'choice';
  /** Every option of a choice. */
  readonly options: readonly string[];
}

const WORDS = `
What is the capital of France? | Paris
What is the capital of Italy? | Rome | Roma
What is the capital of Japan? | Tokyo
What is the capital of Spain? | Madrid
What is the capital of Germany? | Berlin
What is the capital of Egypt? | Cairo
What is the capital of Russia? | Moscow
What is the capital of Greece? | Athens
What is the capital of the United Kingdom? | London
What is the opposite of hot? | cold
What is the opposite of up? | down
What is the opposite of large? | small | little | tiny
What is the opposite of day? | night
What is the opposite of happy? | sad | unhappy
What is the opposite of empty? | full
What is the opposite of fast? | slow
What is the opposite of left? | right
What colour is grass? | green
What colour is a clear sky at noon? | blue
What colour is snow? | white
What colour is a ripe banana? | yellow
What colour is coal? | black
What colour do you get when you mix blue and yellow? | green
Which animal barks? | dog | dogs
Which animal says meow? | cat | cats
Which animal gives us wool? | sheep
Which insect makes honey? | bee | bees | honeybee | honeybees
What is a young dog called? | puppy | pup
What is a young cat called? | kitten
Which planet do we live on? | Earth
What does the Earth go around? | sun
What is frozen water called? | ice
Which gas do people need to breathe? | oxygen
What do bees collect from flowers? | nectar | pollen
Which day comes after Monday? | Tuesday
Which day comes before Sunday? | Saturday
Which month comes after June? | July
Which is the last month of the year? | December
Which season comes after winter? | spring
What is the last letter of the alphabet? | z
Which language do people speak in Brazil? | Portuguese
On which continent is Kenya? | Africa
On which continent is China? | Asia
Which ocean lies between Europe and America? | Atlantic
What is H2O better known as? | water
Who wrote Romeo and Juliet? | Shakespeare
What do you call a person who flies a plane? | pilot
What do you call a person who teaches in a school? | teacher | educator
`;

const NUMBERS = `
What is 2 + 3? | 5
What is 4 + 4? | 8
What is 3 + 6? | 9
What is 7 - 2? | 5
What is 9 - 5? | 4
What is 8 - 6? | 2
What is 2 times 3? | 6
What is 5 times 2? | 10
What is 3 times 3? | 9
How many days are in a week? | 7
How many months are in a year? | 12
How many legs does a spider have? | 8
How many sides does a triangle have? | 3
How many hours are in a day? | 24
How many minutes are in an hour? | 60
How many wheels does a bicycle have? | 2
How many fingers are on one hand? | 5
What number comes after nine? | 10
`;

const CHOICES = `
Is the sun a star? Answer yes or no. [yes, no] | yes
Can penguins fly? Answer yes or no. [yes, no] | no
Is ice colder than steam? Answer yes or no. [yes, no] | yes
Do fish live in water? Answer yes or no. [yes, no] | yes
Is a tomato an animal? Answer yes or no. [yes, no] | no
Is Paris in Italy? Answer yes or no. [yes, no] | no
Can a person breathe under water without help? Answer yes or no. [yes, no] | no
Do cows eat grass? Answer yes or no. [yes, no] | yes
Which is heavier, an elephant or a mouse? Answer with one word. [elephant, mouse] | elephant
Which is larger, the moon or the sun? Answer with one word. [moon, sun] | sun
Which is faster, a snail or a horse? Answer with one word. [snail, horse] | horse
Which is longer, a minute or an hour? Answer with one word. [minute, hour] | hour
Which is hotter, fire or ice? Answer with one word. [fire, ice] | fire
Which is taller, a tree or a flower? Answer with one word. [tree, flower] | tree
`;

export const items: readonly QuizItem[] = [...parse(WORDS, 'words'), ...parse(NUMBERS, 'number'), ...parse(CHOICES, 'choice')].map(
  (item, index) => ({ ...item, id: `q${String(index + 1).padStart(2, '0')}` }),
);

/** In an order of which every prefix mixes the three kinds. */
export const mixed: readonly QuizItem[] = items
  .map((item, index, all) => ({
    item,
    place: (index - all.findIndex((other) => other.kind === item.kind)) / all.filter((other) => other.kind === item.kind).length,
  }))
  .sort((a, b) => a.place - b.place || (a.item.id < b.item.id ? -1 : 1))
  .map(({ item }) => item);

function parse(lines: string, kind: QuizItem['kind']): Omit<QuizItem, 'id'>[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [asked, ...accepted] = line.split(' | ') as [string, ...string[]];
      const [, text = asked, options] = /^(.*) \[(.*)\]$/.exec(asked) ?? [];
      return { text, accepted, kind, options: options?.split(', ') ?? [] };
    });
}
