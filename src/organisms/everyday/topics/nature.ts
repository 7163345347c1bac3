/** Topics of animals, plants, weather and landscapes; the notation is explained in ../topics.ts. */
export const nature = `
# bees: honeybees
to help bees in a small garden
how a hive chooses a new home
a bumblebee / a honeybee
Is there really a dance that bees do?

# cats: living with cats
to get a shy cat used to visitors
why cats purr
a kitten / a grown cat
my cat knocks everything off the table. why?

# dogs: keeping a dog
to teach a puppy to wait
why dogs tilt their heads
a terrier / a spaniel
Suggest five names for a brown dog with big ears.

# horses: horses
to groom a horse before a ride
how horses rest standing up
a pony / a carthorse
How much hay does a horse eat in a day?

# owls: owls
to spot an owl at dusk
why owls can fly so silently
a barn owl / a tawny owl
What would an owl say about the people under its tree? Keep it funny.

# whales: whales
to watch whales from a boat
how whales talk to each other over long distances
a humpback / an orca
Are whales fish? Answer in one line.

# penguins: penguins
to tell a male from a female at the zoo
how penguins keep their eggs warm
an emperor / a rockhopper
Why do penguins not freeze?

# spiders: spiders
to carry a spider out of the house
how a web is spun
a house spider / a jumping spider
My brother is afraid of spiders. What might help him?

# butterflies: butterflies
to plant a border that draws butterflies
how a caterpillar becomes a butterfly
a moth / a butterfly
Write a riddle whose answer is a butterfly.

# ants: ants
to keep ants out of a picnic basket
how ants find their way home
a worker / a queen
Could an ant lift me if it were my size?

# frogs: frogs and toads
to build a pond that frogs will like
why frogs are so loud in spring
a frog / a toad
Do frogs drink with their skin?

# elephants: elephants
to draw an elephant step by step
why elephants have large ears
the African species / the Asian species
Do elephants really never forget?

# bats: bats
to put up a box for bats
how bats hunt in the dark
a fruit eater / an insect eater
Convince my aunt that bats are nothing to be afraid of.

# hedgehogs: hedgehogs
to make a garden safe for hedgehogs
what hedgehogs do in winter
leaving milk out / leaving water out
I found a small hedgehog in daylight. What now?

# sharks: sharks
to behave calmly when a shark is near
why sharks keep moving
a reef shark / a basking shark
How many teeth does a shark lose in its life?

# octopuses: octopuses
to draw an octopus in ten strokes
how an octopus changes its colour
an octopus / a squid
Give an octopus three jobs it would be good at.

# goldfish: keeping goldfish
to set up a tank for two goldfish
why tap water should stand before fish go in
a glass bowl / a large tank
How often should i feed them while i am on holiday?

# parrots: parrots
to teach a parrot a word
why parrots copy what they hear
a budgie / a cockatoo
What would be a good name for a parrot that whistles?

# dinosaurs: dinosaurs
to remember the long names of dinosaurs
how we know what dinosaurs ate
a plant eater / a hunter
Which dinosaur would make the best pet?

# fossils: fossils
to look for fossils on a beach
how a shell turns into stone
an imprint / a petrified bone
How old is the oldest fossil?

# oak-trees: old oaks
to plant an acorn in a pot
how a tree pumps water up to its leaves
an oak / a beech
Write a short message from an old oak to a young one.

# autumn: autumn leaves
to press leaves so that they keep their colour
why leaves change colour in autumn
September / November
List some things to do on a windy autumn afternoon.

# mushrooms: wild mushrooms
to learn which mushrooms are safe to pick
how mushrooms grow overnight
a chanterelle / a cep
Are mushrooms plants?

# rainforests: rainforests
to explain the layers of a rainforest to a class
why it rains so much in the tropics
the forest floor / the canopy
Who lives in the top of a rainforest?

# deserts: deserts
to cross a stretch of desert safely
why deserts get cold at night
a sandy desert / a rocky one
Does it ever rain in a desert?

# rivers: rivers
to cross a shallow river on foot
how a river carves a valley
a stream / a canal
Name three long rivers and the seas they reach.

# lakes: mountain lakes
to find a quiet place to swim
how a glacier leaves a lake behind
a pond / a reservoir
Why is some water turquoise?

# glaciers: glaciers
to walk on ice with crampons
how a glacier moves
a moraine / a crevasse
Can one drink the water that melts from a glacier?

# volcanoes: volcanoes
to build a model of a volcano for school
why volcanoes erupt
lava / ash
Would you live next to a volcano if the soil were good?

# earthquakes: earthquakes
to prepare a home for an earthquake
what makes the ground shake
the Richter scale / a plain description of the damage
What should I do if I am in a lift when the ground shakes?

# tides: the tides
to read a tide table
why the sea rises and falls twice a day
high water / low water
When is the best time to look for crabs?

# islands: small islands
to reach a small island without a car
how an island is born
a coral atoll / a rocky island
Invent an island and describe its harbour.

# waves: ocean waves
to judge whether the sea is calm enough for a swim
why waves break near the shore
a ripple / a breaker
Describe a breaking wave to somebody who lives far from the sea.

# rainbows: rainbows
to photograph a rainbow
why a rainbow has the shape of a bow
a single bow / a double one
Is there a rainbow at night?

# thunder: thunderstorms
to stay safe outdoors in a thunderstorm
why we see lightning before we hear the thunder
a shower / a storm
How far away is a storm if I count to nine?

# snow: snow
to build a snowman that lasts
why no two flakes look alike
wet snow / powder
What could children do on a day without school and with lots of snow?

# fog: fog
to drive safely in fog
how fog forms over water
mist / drizzle
Begin a story with a ship in the fog. Two sentences are enough.

# wind: wind
to tell the strength of the wind by looking at trees
where wind comes from
a breeze / a gale
What is the difference between weather and climate in plain words?

# moon: the moon
to look at craters through binoculars
why the moon seems larger near the horizon
a full moon / a crescent
Would I weigh less on the moon?

# stars: the night sky
to find the North Star
why stars twinkle
a planet / a star
How many stars can one see without a telescope?

# sunsets: sunsets
to take a good picture of a sunset
why the evening sky turns red
sunrise / sunset
Describe a sunset without naming any colour.

# seeds: seeds
to save seeds from this year's flowers
how a seed knows which way is up
sowing indoors / sowing outside
How do dandelions travel so far?
`;
