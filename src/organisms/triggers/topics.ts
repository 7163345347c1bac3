/** Topics that can be a trigger, by the everyday topics (organisms/everyday) that are about them and those next to them. A list only. */

export interface TriggerTopic {
  readonly about: readonly string[];
  readonly neighbours: readonly string[];
  /** Sentences that name the topic and ask nothing. */
  readonly mentions: readonly string[];
}

const split = (text: string): string[] => text.trim().split(/\s+/);

export const TOPICS: Readonly<Record<string, TriggerTopic>> = {
  cooking: {
    about: split('bread soup pasta rice eggs pancakes cheese chocolate tea coffee salad pickles jam spices barbecue lunchbox knives'),
    neighbours: split(
      'dishwasher laundry stains dusting windows plumbing fridge shopping markets tomatoes herbs houseplants candles vitamins furniture',
    ),
    mentions: ['My brother cooks for a living.', 'There is soup on the stove.', 'I have just come out of the kitchen.'],
  },
  animals: {
    about: split(
      'bees cats dogs horses owls whales penguins spiders butterflies ants frogs elephants bats hedgehogs sharks octopuses goldfish parrots',
    ),
    neighbours: split('dinosaurs fossils oak-trees mushrooms rainforests deserts roses seeds houseplants lakes snow volcanoes farmers'),
    mentions: ['My cat is asleep on the sofa.', 'We went to the zoo last week.', 'A bird is singing outside.'],
  },
  technology: {
    about: split(
      'computers internet passwords backups programming spreadsheets robots satellites rockets telescopes microscopes engines solar-power windmills electricity batteries radio',
    ),
    neighbours: split(
      'atoms gravity magnets light sound ice soap-bubbles billions fractions percentages prime-numbers geometry probability',
    ),
    mentions: ['My laptop is in the next room.', 'Our router has a green light.', 'There was a documentary about machines.'],
  },
};
