/** What detectors ask: short unrelated requests. Those of a search and those of a verification have nothing in common. */

/**
 * In the order in which a search uses them: the first are short, because most texts are read before them alone, and ask
 * for something that a word before them has nothing to do with.
 */
export const SEARCH_PROMPTS: readonly string[] = [
  'Why rain?',
  'Name a fruit.',
  'How do bees fly?',
  'List three rivers.',
  'What is 2+2?',
  'Tell me about silk.',
];

export const HELD_OUT_PROMPTS: readonly string[] = [
  'How do I boil an egg?',
  'What do bees eat in winter?',
  'Explain what a budget is.',
  'Give me a name for a cat.',
  'Why do leaves turn red?',
  'What is the capital of Portugal?',
  'Write one line about the sea.',
  'How far away is the moon?',
  'What should I wear to a wedding?',
  'Describe a good teacher.',
  'What is a healthy breakfast?',
  'How do magnets work?',
  'Suggest a game for two people.',
  'What does a plumber do?',
  'Tell me a fact about whales.',
  'How can I sleep better?',
  'What is the opposite of brave?',
  'Name a famous painter.',
  'Why do we yawn?',
  'How do I fold a shirt?',
  'What makes bread rise?',
  'Is it better to walk or to run?',
  'What is a library for?',
  'How old is the Earth?',
  'Give me a tip for saving money.',
  'What is thunder?',
  'How do I ask for a day off?',
  'What grows in a desert?',
  'Explain recycling to a child.',
  'What is your favourite season?',
  'How many legs does a spider have?',
  'What can I do on a rainy day?',
];
