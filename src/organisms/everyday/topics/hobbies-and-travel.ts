/** Topics of play, art, travel and language; the notation is explained in ../topics.ts. */
export const hobbiesAndTravel = `
# chess: chess
to win a simple endgame
why castling is worth it
a knight / a bishop
Describe a game of chess as if it were a dinner party.

# card-games: card games
to shuffle cards neatly
why bluffing works
a game for two / a game for six
Teach me a card game for a train journey.

# puzzles: jigsaw puzzles
to finish a puzzle with a large blue sky
why puzzles calm people down
a thousand pieces / a crossword
Should one start with the edge?

# knitting: knitting
to knit a plain scarf
why edges curl up
wool / cotton
I dropped a stitch three rows ago. Can it be mended?

# sewing: sewing
to sew a button on so that it holds
how a sewing machine makes a stitch
a zip / a row of buttons
What belongs in a small sewing kit?

# pottery: pottery
to make a bowl without a wheel
what happens to clay in the kiln
a glaze / bare clay
My first mug has a crack. What did I do wrong?

# woodwork: working with wood
to sand a table top
why wood warps
pine / walnut
Suggest a first project for someone who owns a saw and a hammer.

# drawing: drawing faces
to draw a face in the right proportions
why things look smaller far away
a pencil / charcoal
i can only draw stick figures. where do i start?

# watercolours: painting with watercolours
to paint a sky with watercolours
why colours run into each other on wet paper
oil paint / watercolours
What would be an easy first picture?

# photography: photography
to take a sharp picture of something that moves
what the aperture of a camera does
black and white / colour
Write a caption for a photo of an empty bench in the rain.

# guitar: playing the guitar
to change between two chords smoothly
why a string sounds higher when it is shorter
nylon strings / steel strings
How do I stop my fingers hurting?

# piano: playing the piano
to practise scales without getting bored
how a piano makes a soft or a loud note
an upright / a keyboard
Is thirty too old for a first piano lesson?

# singing: singing
to warm up the voice
why our own voice sounds strange in a recording
a choir / singing alone
Write four lines that could be sung to a sleepy child.

# drums: drums
to keep a steady beat
why a large drum sounds deeper
sticks / brushes
How do I practise without annoying the whole house?

# dancing: dancing
to learn the basic step of a waltz
why dancing makes people happy
tango / salsa
I have two left feet and a wedding next month. Help!

# juggling: juggling
to juggle three balls
what the eyes of a juggler should follow
balls / clubs
How long does it take most people to learn juggling?

# kites: kites
to build a kite from paper and sticks
why a kite needs a tail
a diamond / a box
Where is a good place to fly a kite, and where is a bad one?

# origami: paper folding
to fold a paper crane
how a flat sheet can become a box
thin paper / stiff paper
What can I fold from a bus ticket?

# camping: camping
to put up a tent in the rain
why the ground takes so much warmth from a sleeper
a tent / a cabin
Make a packing list for two nights in the woods.

# hiking: hiking
to plan a day's walk in the hills
why thin layers keep a walker warmer than a thick coat
boots / light shoes
My feet get blisters on every hike. What helps?

# climbing: indoor climbing
to tie in to a rope
why climbers put powder on their hands
bouldering / climbing with a rope
I am afraid of heights but would like to try. Is that silly?

# sailing: sailing
to tack a small boat
what keeps a boat from tipping over
a dinghy / a yacht
What do port and starboard mean?

# fishing: fishing
to tie a hook to a line
why fish bite better at dawn
a fly / a worm
Tell me a tall tale about a fish that got away, in three sentences.

# skiing: skiing
to stop on a slope
why wax makes skis faster
downhill / cross-country
What should a beginner know before the first ski lift?

# football: football
to take a good free kick
why a spinning ball curves
a midfielder / a goalkeeper
Explain the offside rule with salt and pepper pots.

# tennis: tennis
to serve more accurately
why the score goes from thirty to forty
grass courts / clay courts
How heavy should a racket for a child be?

# birdwatching: birdwatching
to tell garden birds apart
why birds sing at dawn
a notebook / an app
Which birds might visit a feeder in January?

# stamp-collecting: collecting stamps
to take a stamp off an envelope
why misprints are worth so much
coins / stamps
My grandfather left me three albums. How do I find out what they are worth?

# board-games: board games
to explain the rules of a game quickly
what makes a game fun to play again
playing together / playing against each other
Name a game that works with two adults and a six-year-old.

# trains: travelling by train
to spend a night on a train comfortably
how trains stay on the rails
a window seat / an aisle seat
I have four hours between two trains. What could I do?

# flying: travelling by plane
to pack everything into hand luggage
why ears pop in a plane
an early flight / a late flight
What can one do against jet lag?

# beaches: a day at the beach
to build a sandcastle that stands
where sand comes from
pebbles / fine sand
Is there a polite way to ask people to turn their music down at the beach?

# paris: a weekend in Paris
to see Paris with little money
why Paris is called the city of light
the Louvre / the Eiffel Tower
I have one rainy day in Paris. What would you do?

# japan: a trip to Japan
to greet somebody politely in Japan
why people in Japan eat with chopsticks
Kyoto / Tokyo
Which dish should a visitor to Japan try first?

# egypt: ancient Egypt
to write a name in hieroglyphs
how the pyramids were built
a mummy / a sphinx
What did children in ancient Egypt play with?

# castles: castles
to visit a ruined castle with children
why castles had spiral stairs
a moat / a wall
What was a normal day like for the cook in a castle?

# museums: visiting museums
to enjoy a museum with small children
how museums protect old paintings
an audio guide / a guided tour
How do I look at a picture that I do not understand?

# hotels: hotels
to complain politely about a noisy room
how hotels decide on a price
a hostel / a hotel
Write a short note that thanks the staff for a pleasant stay.

# spanish: learning Spanish
to learn fifty Spanish words a week
why Spanish has two words for to be
lessons with a teacher / an app on the phone
How do I order a glass of water in Spanish?

# sign-language: sign language
to learn the alphabet in sign language
how people tell jokes with their hands
signing / lip reading
Is sign language the same all over the world?

# proverbs: proverbs
to use a proverb well in a speech
where old sayings come from
a proverb / a riddle
What does "a stitch in time saves nine" mean?

# novels: reading novels
to read more books in a year
why some stories are told in the first person
a long novel / a short story
Recommend a kind of book for someone who likes the sea and old letters.

# fairy-tales: fairy tales
to tell a fairy tale without a book
why so many tales begin the same way
a dragon / a giant
Start a fairy tale about a shy broom.

# theatre: the theatre
to learn lines for a play
why actors wish each other bad luck
a comedy / a tragedy
What should i wear to a premiere?

# films: watching films
to host a film night
how a soundtrack changes a scene
a cartoon / a documentary
Suggest a genre for a rainy Sunday, and say why.

# magic-tricks: magic tricks
to make a coin disappear
why we look where the magician looks
cards / coins
What should a magician never do twice?
`;
