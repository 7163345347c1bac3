/** Topics of science, technology, numbers and the body; the notation is explained in ../topics.ts. */
export const science = `
# gravity: gravity
to show gravity with things from the kitchen
why a feather falls more slowly than a stone
mass / weight
What would happen to a glass of milk in free fall?

# magnets: magnets
to make a compass with a needle
why magnets attract some metals and not others
a fridge magnet / an electromagnet
Can a magnet lose its force?

# electricity: electricity at home
to change a fuse safely
how electricity gets from a power station to a socket
direct current / alternating current
Why do birds on a power line not get a shock?

# light: how light behaves
to split light with a glass of water
why a straw looks bent in a glass
a mirror / a lens
How long does light from the sun take to get here?

# sound: sound
to make a room sound less hollow
why a siren changes its pitch as it passes
a whisper / an echo
Can there be sound where there is no air?

# atoms: atoms
to picture how small an atom is
what holds an atom together
an atom / a molecule
Who first thought of atoms?

# ice: freezing and melting
to make clear ice cubes
why ice floats
a cube / crushed ice
Why do roads get salt in winter?

# soap-bubbles: soap bubbles
to mix a liquid for giant bubbles
why bubbles are round
a bubble / a balloon
What gives soap bubbles their colours?

# vaccines: vaccines
to prepare a child for a jab
how a vaccine teaches the body
a jab / a nasal spray
Why does the arm feel sore the next day?

# sleep: sleeping well
to fall asleep more easily
why we dream
a nap at noon / an early night
i wake up at four every night. any ideas?

# heart: the heart
to measure a pulse
how blood travels around the body
an artery / a vein
How often does a heart beat in a day?

# teeth: healthy teeth
to brush properly
why we lose our milk teeth
an electric brush / a manual one
How do I get my son to brush in the evening?

# eyesight: eyesight
to rest tired eyes
how glasses correct blurred vision
glasses / contact lenses
What does twenty-twenty mean?

# memory: memory
to remember names at a party
why smells bring back memories
writing things down / repeating them aloud
Give me a trick for remembering ten errands.

# headaches: mild headaches
to ease a headache without pills
why too little water makes the head ache
a short walk / a dark room
When should somebody with a headache see a doctor?

# stretching: stretching
to loosen a stiff neck
what happens in a muscle when it is stretched
stretching in the morning / stretching in the evening
Suggest three exercises that I can do on a chair.

# vitamins: vitamins
to get enough vitamins in winter
what vitamin C does in the body
an orange / a tablet
Can one eat too many carrots?

# running: running for beginners
to run five kilometres without stopping
why runners get a stitch
a treadmill / a park
I have not run for ten years. Give me a first week.

# swimming: swimming
to learn the front crawl
why it is easier to float in salt water
breaststroke / backstroke
Is it ever too late to learn swimming?

# cycling: cycling to work
to mend a flat tyre
how gears make hills easier
a mountain bike / a city bike
What do I need to carry for a rainy ride?

# yoga: yoga
to start yoga at home
what slow breathing does to the body
a mat / a blanket
Name a few poses that help after a day at a desk.

# computers: how computers work
to pick a computer for a student
how a computer adds two numbers
a laptop / a desktop machine
My computer has become slow. What should I check first?

# internet: the internet
to make the wireless signal stronger at home
how a web page gets to my screen
a cable / a wireless link
Explain the internet as if it were a town with roads.

# passwords: passwords
to choose a password one can remember
why the same password should not be used twice
a long sentence / a short random word
Is it all right to write passwords on paper?

# backups: backups of photos
to back up the pictures on a phone
why one copy is not enough
a hard disk / an online service
I deleted a folder by mistake. What now?

# programming: learning to program
to write a first small program
what a loop does
Python / JavaScript
Write one line of Python that prints a greeting.

# spreadsheets: spreadsheets
to add up a column in a spreadsheet
what a pivot table is good for
a chart / a table
How can I sort a list of names by surname?

# robots: robots
to build a simple robot from a kit
how a robot knows where it is
a vacuum robot / a lawn robot
Should robots have faces? Give one reason for and one against.

# satellites: satellites
to see a satellite pass at night
how satellites stay up
a weather satellite / a navigation satellite
What is an orbit?

# rockets: rockets
to launch a paper rocket
why rockets have stages
liquid fuel / solid fuel
Write a countdown speech for a small rocket.

# mars: the planet Mars
to find Mars in the sky
why Mars is red
living on Mars / living under the sea
How long is a day on Mars?

# telescopes: telescopes
to choose a first telescope
how a telescope makes far things look near
a telescope / a pair of binoculars
Why are large telescopes built on mountains?

# microscopes: microscopes
to prepare a slide with an onion skin
how small a thing a microscope can show
a magnifying glass / a microscope
What might I see in a drop of pond water?

# clocks: clocks
to repair a cuckoo clock
how a pendulum keeps time
a sundial / a water clock
Why does an hour have sixty minutes?

# maps: reading maps
to read a map in the hills
why every flat map of the world is a little wrong
a paper map / a phone
What does a scale of 1 to 25,000 mean?

# bridges: bridges
to build a bridge from spaghetti
how a suspension bridge carries its load
an arch / a beam
Name a famous bridge and say what is special about it.

# engines: car engines
to check the oil of a car
how a petrol engine works
a diesel / an electric motor
A red light has come on behind the wheel. Should I stop?

# solar-power: solar power
to find out whether a roof suits solar panels
how a solar cell works
panels on a roof / panels in a field
What happens to solar panels on a cloudy day?

# windmills: windmills
to make a paper windmill
how a windmill ground corn
an old mill / a modern turbine
Why do most turbines have three blades?

# billions: very large numbers
to explain a billion to a child
why we count in tens
a million seconds / a billion seconds
What is 17 times 6? Show how you got there.

# fractions: fractions
to add two fractions
why one divides by a fraction by turning it over
a half / two quarters
Share three pizzas among eight children. How much does each get?

# percentages: percentages
to work out a discount in one's head
why a rise and a fall of ten percent do not cancel out
percent / percentage points
A coat costs 80 and is reduced by a quarter. What do I pay?

# prime-numbers: prime numbers
to check whether a number is prime
why there is no largest prime
an odd number / a prime number
List the primes below thirty.

# geometry: shapes and angles
to draw a hexagon with a compass
why the angles of a triangle always add up to the same
a square / a rhombus
How do I find the area of a circle?

# probability: chance
to explain chance with two dice
why a coin does not know its last throw
a lottery / a raffle
How likely is it to throw two sixes in a row?

# weather-forecasts: weather forecasts
to read a weather map
why a forecast for next month is so hard
a barometer / a thermometer
What does it mean when rain is forecast at forty percent?
`;
