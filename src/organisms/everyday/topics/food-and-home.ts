/** Topics of kitchen, house and garden; the notation is explained in ../topics.ts. */
export const foodAndHome = `
# bread: homemade bread
to bake a simple loaf at home
why dough rises when it rests in a warm place
a crusty loaf / a soft roll
My dough did not rise overnight. What may have gone wrong?

# soup: vegetable soup
to cook a pot of soup from leftovers
why broth tastes better on the second day
a clear broth / a creamy one
My soup turned out far too salty. How can I save it?

# pasta: fresh pasta
to make tagliatelle without a machine
why cooks salt the water they boil noodles in
fresh noodles / dried noodles
Suggest a quick sauce with capers and olives.

# rice: cooking rice
to cook fluffy rice on the stove
why some grains turn sticky and others stay loose
basmati / jasmine
How much water do I need for two cups of rice?

# eggs: boiled eggs
to boil an egg so that the yolk stays soft
why the shell sometimes sticks to the white
a scrambled egg / a poached one
Is it true that old eggs float?

# pancakes: pancakes
to make pancakes for six people
what buttermilk does to a batter
thin crêpes / thick griddle cakes
What can I put on pancakes besides syrup?

# cheese: making cheese
to make a soft cheese from milk and lemon juice
how milk turns into curds
a mild gouda / a sharp cheddar
Put together a cheese board for four guests with three kinds.

# chocolate: chocolate
to melt chocolate without burning it
how cocoa beans become a bar
dark chocolate / milk chocolate
Why does old chocolate turn white on the outside?

# tea: tea
to brew a good pot of tea
where the different colours of tea leaves come from
green tea / black tea
how long should i leave the bag in the cup?

# coffee: coffee
to make coffee without a machine
what happens to the beans during roasting
an espresso / a filter coffee
Describe the smell of fresh coffee in one sentence.

# salad: summer salads
to put together a salad that is a full meal
why dressing makes leaves go limp
a light vinaigrette / a yoghurt dressing
My guests do not like lettuce. What else can go into a salad?

# pickles: pickled cucumbers
to pickle vegetables in a jar
how salt water keeps food from spoiling
sweet pickles / sour ones
Do I have to sterilise the jars first?

# jam: strawberry jam
to cook jam with less sugar
what makes fruit set into a jelly
smooth jelly / chunky preserves
Write the label for a jar of strawberry jam that I want to give to my neighbour.

# spices: kitchen spices
to store spices so that they keep their taste
why chillies feel hot on the tongue
cinnamon / nutmeg
Which five spices should nobody be without?

# barbecue: a barbecue in the garden
to light a charcoal grill safely
why meat turns brown over a fire
charcoal / gas
Plan a barbecue for ten people, three of them vegetarian.

# lunchbox: packed lunches
to pack a lunch that survives a warm day
what keeps a sandwich from going soggy
a wrap / a sandwich
I have ten minutes every morning. What can I pack for work?

# knives: kitchen knives
to sharpen a blunt blade on a stone
what makes steel hold an edge
a chef's knife / a small paring blade
How do I cut an onion without crying?

# dishwasher: using a dishwasher
to load a dishwasher so that everything gets clean
what rinse aid is good for
washing up by hand / using the machine
There is a strange smell in my dishwasher. Any ideas?

# laundry: doing the laundry
to wash a woollen jumper
why dark colours fade in hot water
a tumble dryer / a clothes line
My white shirts came out pink. Can I undo it?

# stains: stains on clothes
to get red wine out of a tablecloth
how soap loosens grease
cold water / hot water
There is candle wax on my carpet. What should I do first?

# dusting: dusting and cleaning shelves
to clean a bookcase without taking everything down
where house dust comes from
a damp cloth / a feather duster
Make me a cleaning plan for a small flat, one task a day.

# windows: cleaning windows
to clean windows without streaks
why glass fogs up in winter
newspaper / a rubber blade
What is the best weather for cleaning windows?

# plumbing: small plumbing repairs
to stop a tap from dripping
how a toilet cistern knows when it is full
a plunger / a pipe snake
The sink drains very slowly. What can I try before I call somebody?

# painting-walls: painting a room
to paint a wall without brush marks
why fresh paint needs to dry between coats
a roller / a wide brush
Which colours make a small room look larger?

# furniture: flat-pack furniture
to put up a wardrobe alone
what makes cheap shelves bend
solid oak / plywood
I have one screw left over. Should I worry?

# curtains: curtains
to hang a curtain rail straight
how thick fabric keeps a room warm
blinds / heavy drapes
What length should curtains have in a room with radiators?

# lamps: lighting a room
to choose a lamp for a reading corner
why warm light feels cosy
a floor lamp / a ceiling light
How many lamps does a living room need?

# moving: moving house
to pack fragile things for a move
why boxes should be packed in a certain order
a hired van / a removal company
We move in three weeks. What do we do first?

# tidying: tidying up
to keep a desk in order
why clutter makes it hard to think
open shelves / closed cupboards
i have too many cables in a drawer. how do i sort them?

# houseplants: houseplants
to keep a fern alive in a dry flat
why leaves get brown tips
a cactus / a peace lily
Which plants are happy in a dark bathroom?

# tomatoes: growing tomatoes
to grow tomatoes on a balcony
why the fruit splits after heavy rain
cherry tomatoes / beef tomatoes
When can I put my seedlings outside?

# compost: a compost heap
to start composting in a small garden
how kitchen scraps turn into soil
a closed bin / an open heap
May I throw lemon peel on the compost?

# lawn: looking after a lawn
to repair bare patches of grass
why moss grows under trees
mowing short / leaving it long
Is it wrong to water the lawn at noon?

# roses: roses
to prune a rose bush
why some blossoms smell and others do not
a climber / a shrub
Write a two-line greeting to go with a bunch of roses.

# herbs: growing herbs
to keep basil on a window sill
why mint takes over a flower bed
fresh parsley / dried parsley
Name some herbs that come back every year.

# fences: garden fences
to build a low wooden fence
why posts rot at the ground
a hedge / a wooden fence
How do I ask my neighbour to share the cost of a fence?

# bins: sorting rubbish
to sort rubbish in a shared house
what happens to glass after it is collected
paper bags / plastic bags
Which bin does a greasy pizza box go into?

# batteries: household batteries
to store batteries for a long time
how a battery stores energy
rechargeable cells / single-use cells
Is it safe to leave a phone charging overnight?

# fridge: the fridge
to organise a fridge for a family
how a refrigerator takes heat out of food
a chest freezer / an upright one
How long does an open carton of cream keep?

# candles: making candles
to pour a candle in a tin
why a wick does not burn up at once
beeswax / soy wax
What should I never do with a burning candle?
`;
