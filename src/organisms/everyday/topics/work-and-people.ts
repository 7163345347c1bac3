/** Topics of work, money, family, town and history; the notation is explained in ../topics.ts. */
export const workAndPeople = `
# job-interviews: job interviews
to prepare for a job interview
why employers ask about weaknesses
a suit / smart casual clothes
What is a good question to ask at the end of an interview?

# emails: work emails
to write an email that gets an answer
why short subject lines work better
a phone call / an email
Write a polite two-sentence reminder about an unpaid invoice.

# meetings: meetings
to end a meeting on time
why large meetings get so little done
a meeting in person / a video call
Draft an agenda for a half-hour meeting about the summer party.

# presentations: giving a presentation
to begin a talk without being nervous
why slides with few words work better
slides / a whiteboard
My hands shake when I speak in public. What helps?

# deadlines: deadlines
to plan backwards from a deadline
why we put things off
working early / working late
how do i tell my boss that i need two more days?

# home-office: working from home
to stop working in the evening
why a separate desk helps
an office / a kitchen table
Suggest a morning routine for somebody who works at home.

# teamwork: teamwork
to settle a quarrel in a team
why teams need somebody who disagrees
a small team / a large one
Two colleagues do not speak to each other. What can I do as their friend?

# negotiation: negotiating
to ask for a higher salary
why the first offer matters
asking in writing / asking in person
Practise with me: you sell a used bicycle and I want it cheaper. Say your first line.

# budget: a household budget
to make a monthly budget
why small expenses add up
cash / a card
I always run out of money on the twentieth. Where do I begin?

# saving: saving money
to save for a holiday
how compound interest works
a jar / a bank account
Give me one unusual way to spend less on food.

# shopping: shopping for groceries
to shop once a week for four people
why sweets lie next to the till
a market / a supermarket
Write a shopping list for three vegetarian dinners.

# second-hand: buying second-hand
to check a used bicycle before buying it
why some old things cost more than new ones
a flea market / an online advert
Write an advert for an old but comfortable armchair.

# gifts: choosing gifts
to find a present for someone who has everything
why we wrap presents
something made by hand / something bought
What could I give my colleague who is about to retire?

# birthdays: birthday parties
to plan a birthday party for a seven-year-old
why people sing for somebody who turns a year older
a picnic / a party at home
Write a birthday greeting for a friend who turns fifty, in one line.

# weddings: weddings
to write a short wedding speech
why brides throw their flowers
a small wedding / a big one
I cannot go to my cousin's wedding. How do I say so kindly?

# babies: the first months with a baby
to calm a crying baby
why babies sleep so often
a sling / a pram
What do new parents really need, and what do they not?

# school: the first day at school
to help a child settle in at school
why lessons follow a timetable
a satchel / a rucksack
Write a short note to a teacher: my daughter has a cold and stays at home today.

# homework: helping with homework
to help a child with homework without doing it
why breaks help with learning
a fixed hour / a free choice of time
My son says that he has no homework, every day. What should I do?

# teenagers: living with teenagers
to talk with a teenager who says nothing
why teenagers sleep late
clear rules / open talks
How late should a fifteen-year-old be out on a Friday?

# grandparents: grandparents
to record the stories that grandparents tell
why old people remember their youth so well
a visit / a long phone call
Think of five questions for my grandmother about her childhood.

# friendship: friendship
to stay friends over a long distance
what makes people trust each other
one close friend / many friends
Is it odd to write to a friend after ten years of silence?

# neighbours: neighbours
to get to know new neighbours
why good neighbours matter in a city
a note under the door / a knock
The people upstairs move furniture at midnight. How do I bring it up?

# apologies: apologies
to say sorry and mean it
why some apologies make things worse
a letter / a few words face to face
I forgot my best friend's big day. Write two sentences that I could send.

# small-talk: small talk
to start a conversation with a stranger
why people talk about the weather
a compliment / a question
Give me three openers for a party where I know nobody.

# patience: patience
to stay calm in a queue
why waiting feels longer than it is
patience / stubbornness
What would a snail teach us about patience?

# courage: courage
to do something one is afraid of
what courage has to do with fear
courage / recklessness
Tell me a tiny story about a brave mouse.

# habits: new habits
to keep up a new habit
why habits are hard to break
a big change / a small step
I want to read every evening but always end up on my phone. Ideas?

# boredom: boredom
to spend a rainy afternoon without a screen
what boredom is good for
being busy / being idle
im bored. give me something odd to do in ten minutes

# volunteering: volunteering
to find a place to volunteer
why helping others feels good
giving time / giving money
What could a class of ten-year-olds do for their town?

# libraries: public libraries
to find a book when one only knows its cover
how libraries sort their shelves
a reading room / a café
Write a friendly sign that asks visitors to be quiet.

# buses: city buses
to plan a route with two changes
why buses come in pairs
a tram / a bus
Is it polite to eat on a bus?

# parks: city parks
to plan a small park with children
what trees do for the air of a city
a playground / a quiet corner
Describe a park bench from the bench's point of view.

# markets: weekly markets
to tell ripe fruit from unripe fruit at a stall
why market stalls shout their prices
early morning / closing time
What would you buy first with ten coins at a market?

# firefighters: firefighters
to become a volunteer firefighter
how firefighters breathe in smoke
a ladder / a hose
What should every family agree on in case of a fire?

# nurses: the work of a nurse
to thank a nurse after a long stay
how nurses share their shifts
a night shift / a day shift
Which qualities should a good nurse have?

# farmers: farming
to get a child interested in farming
why farmers change the crop on a field every year
wheat / potatoes
What does a farmer do in the middle of winter?

# lighthouses: lighthouses
to visit an old lighthouse
how lighthouses were lit long ago
a bell / a lamp
Write three lines of a lighthouse keeper's diary.

# romans: the ancient Romans
to count in Roman numerals
how Romans brought water into their towns
a senator / a soldier
What did Romans have for breakfast?

# vikings: the Vikings
to tell facts from legends about the Vikings
how Vikings found their way at sea
a longship / a rowing boat
Did Vikings really wear horns?

# printing: the printing press
to print a card with a potato
how printing changed the world
handwriting / print
Who read the first printed books?

# inventions: great inventions
to come up with an invention
why many inventions were made by accident
the wheel / the light bulb
Invent something useful for people who lose their keys.

# explorers: explorers
to keep a diary like an explorer
how explorers knew where they were
a ship / a sledge
Which place would you have liked to see first?

# kings-and-queens: kings and queens
to remember a long line of rulers
why crowns are made of gold
a king / a president
What would you do as queen for a day?

# elections: elections
to explain an election to a child
why votes are secret
a show of hands / a secret ballot
Our club elects a new chair. How do we make it fair?

# newspapers: newspapers
to read the news without getting sad
how a story gets into a newspaper
a headline / a caption
Write a cheerful headline about a lost tortoise that came home.

# radio: radio
to listen to stations from far away
how a radio picks out one station
a podcast / a live programme
What would your own radio show be called?

# post: letters and parcels
to pack a parcel for a long journey
how a letter finds its way
a postcard / a letter
Write a postcard from a very rainy seaside town.

# handwriting: handwriting
to make one's handwriting easier to read
why everybody's handwriting is different
a fountain pen / a ballpoint
Is it still worth learning to write by hand?
`;
