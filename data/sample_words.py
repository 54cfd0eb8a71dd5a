"""What the synthetic sample talks about: words and sentence patterns, by category and shared.

All of it is invented; towns, people and teams are put together from syllables. In a pattern,
``{thing}`` stands for a word of the list of that name, the category's own first, else of ``SHARED``; with
``_s`` it takes an s; ``other_`` takes it of another category. ``make_sample.py`` makes headlines of them.
"""

Lists = dict[str, tuple[str, ...]]


def lists(text: str) -> Lists:
    """``name: one, two, three`` a line; patterns, and what holds commas itself, are separated by ``|``.

    ``name_more`` and ``name_last`` continue ``name``.
    """
    named: Lists = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, words = line.partition(":")
        name = name.removesuffix("_more").removesuffix("_last")
        named[name] = named.get(name, ()) + tuple(
            word.strip() for word in words.split("|" if "|" in words or "{" in words else ",")
        )
    return named


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SHARED = lists("""
number: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 17, 20, 21, 25, 30, 50
large: 40|60|75|90|120|150|200|300|450|600|1,000|2,500|10,000
year: 1987, 1994, 2001, 2008, 2012, 2014, 2015, 2016, 2017, 2018, 2019
day: Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday
month: January, March, April, May, June, September, October, November
season: this spring, this summer, this autumn, this winter, next year, over the weekend, overnight
mood: quiet, sudden, surprising, long, bitter, bold, careful, rare, lively, simple, costly, modest, stubborn, strange
feeling: proud, worried, hopeful, tired, thrilled, puzzled, grateful, nervous, relieved, cautious, cheerful
who: neighbors, parents, families, readers, young people, twins, grandparents, newcomers, volunteers, experts, friends
event: charity evening, open day, night of heavy rain, public meeting, radio debate, street party, long delay
event_more: power cut, flood warning, anniversary dinner, rehearsal, joint appeal, lost bet, fire drill, long letter
reason: rising costs, a missing key, an old promise, a parking space, a broken bridge, a new song, a shared garden
reason_more: the town clock, a muddy field, an unpaid bill, a surprise gift, a noisy fountain, the last bus
reason_more: a lost dog
tail: again|at last|after all|for the first time|in {town}|near {town}|since {year}|, {who} say|before {month}
opener: Why|How|When|How Not to Lose|The Truth About|The Trouble With|Inside|Meet|Beyond|Rethinking|In Praise of
tag: #goodnews, #weekend, #local, #mustread, #throwback, #photooftheday, #whatsnext, #smalltown
medium: [VIDEO], [PHOTOS], [UPDATED], [POLL], [INFOGRAPHIC], (VIDEO), (PHOTOS), [LISTEN]
first: Orla, Benno, Tamsin, Iver, Maud, Joris, Selda, Pim, Wanda, Olek, Nadia, Ruben, Fenja, Caspar, Lotte, Amadou
first_more: Yara, Mirko, Elif, Tobin, Sanna, Dario, Ines, Kofi, Hedda, Luca, Priya, Anselm, Greta, Milan, Zofia, Emre
vague: What you need to know this {day}|A short look back at the week
vague_more: It was not what anybody expected|More on this soon
vague_more: Here is what {who} told us|The answer may surprise you|Some say it was long overdue
vague_more: {Number} minutes to read
generic: {Number} Things We Learned This Week|What Everybody Got Wrong About {Month}|The Best of {Year}|{Day} Morning
generic_more: A Letter to My Younger Self|What {Who} Really Think|Nobody Saw This Coming|The Week in {Number} Pictures
generic_last: Open Thread for {Day}|Ask Us Anything|One {Mood} Year in {Town}|Things I Wish I Had Known in {Year}
""")

CATEGORIES: dict[str, Lists] = {
    "POLITICS": lists("""
actors: senators, mayors, ministers, lawmakers, governors, councillors, voters, diplomats, candidates, judges
person: mayor, senator, governor, minister, council leader, ambassador, judge, party chairman, candidate, spokeswoman
thing: tax bill, border law, budget, ballot, election, housing plan, treaty, veto, court ruling, recount, water law
thing_more: census, coalition, speech, campaign, petition, town hall, referendum, inquiry, immigration reform
thing_more: ceasefire
does: delay, reject, approve, defend, amend, debate, oppose, pass, block, leak, sign, challenge, postpone
place: parliament, the senate, city hall, the capital, the cabinet, the supreme court, the embassy
place_more: the polling station
topic: voting rights, foreign policy, public housing, gun laws, lobbying, free speech, taxes, campaign money
own: {Person} {Name} {does_s} {Thing} in {Place}|Poll Shows {Mood} Race for Governor in {Town}
own_more: {Actors} Split Over {Topic}
own_more: Vote on {Thing} Falls {Number} Votes Short|{Town} Votes {Number} to {Number} Against {Thing}
own_more: Who Pays for the {Thing}?
says: The {person} said the {thing} would reach {place} by {month}|Opponents called the {thing} a {mood} mistake
says_more: A majority in {place} is expected to vote on {topic}|The opposition wants {topic} back on the agenda
"""),
    "SPORTS": lists("""
actors: goalkeepers, coaches, sprinters, rowers, cyclists, referees, strikers, swimmers, wrestlers, defenders
person: coach, striker, goalkeeper, captain, sprinter, referee, midfielder, champion, rookie, swimmer, team doctor
thing: final, semifinal, penalty, relay, marathon, title race, transfer, playoff, derby, record, season opener, medal
thing_more: home game, cup, trophy, overtime, qualifier, training camp, hat trick, comeback, away match, tournament
does: win, lose, miss, dominate, postpone, celebrate, replay, enter, dedicate, abandon, skip, host
place: the stadium, the league, the locker room, the gymnasium, the penalty area, the pool, the velodrome, the arena
topic: injuries, home advantage, late goals, women's football, doping tests, team spirit, tie breaks, ticket prices
own: {Town} {Team} Beat {Town} {Number}-{Number} in {Thing}|{Person} {Name} Out for {Number} Weeks
own_more: {Team} Reach {Thing}
own_more: {Name} Scores Twice as {Team} {Does} {Thing}|{Team} Fire {Person} After {Number} Defeats|Rain Stops {Thing}
says: The {person} trained in {place} for {number} weeks before the {thing}
says_more: Fans sang in {place} until the final whistle
says_more: The {team} have not won a {thing} since {year}|It was the {person}'s first goal in {number} matches
"""),
    "ENTERTAINMENT": lists("""
actors: singers, actors, directors, drummers, comedians, dancers, screenwriters, guitarists, producers, pianists
person: singer, actress, actor, film director, comedian, drummer, pop star, producer, rapper, choreographer, host
thing: album, movie, sequel, trailer, musical, premiere, concert, TV series, duet, soundtrack, season finale, remake
thing_more: comedy show, red carpet, film festival, box office, awards night, single, documentary, cameo, world tour
does: release, cancel, rewrite, film, perform, record, tease, rehearse, stream, spoil, parody, applaud
place: the studio, the spotlight, the theater, the cinema, the dressing room, the recording booth, the film set
place_more: the ballroom
topic: spoilers, encores, casting, bad reviews, love scenes, stage fright, fan fiction, celebrity gossip
own: {Name} Drops {Mood} New {Thing}|First Look at '{Title}' {Thing}|'{Title}' Tops the Charts for {Number} Weeks
own_more: {Person} {Name} Joins Cast of '{Title}'|'{Title}' Review: A {Mood} {Thing}|{Name} Sings '{Title}' in {Place}
says: The {person} plays a {mood} pilot in '{title}'|The {thing} opens in cinemas on {day}
says_more: Fans lined up at {place} to hear the {thing}|Critics called '{title}' a {mood} {thing}
"""),
    "BUSINESS": lists("""
actors: bankers, investors, startups, shareholders, retailers, accountants, managers, brokers, suppliers, founders
person: chief executive, banker, founder, investor, accountant, shareholder, economist, broker, sales manager, trader
thing: merger, stock price, profit, loan, interest rate, start-up, wage deal, quarterly report, bankruptcy, takeover
thing_more: pension fund, online store, price war, factory, bonus, market share, patent, supply chain, layoff
thing_more: dividend
does: cut, raise, buy, sell, predict, finance, audit, double, insure, auction, outsource, trim
place: the stock market, the boardroom, the bank, the warehouse, the trade fair, the shopping mall, headquarters
topic: inflation, cash flow, small business, working from home, credit, exports, customer service, oil prices
own: {Firm} Shares {Rise} {Number} Percent|{Firm} to {Does} {Thing} by {Month}|{Firm} and {Firm} Agree on {Thing}
own_more: {Person} {Name} Leaves {Firm}|Sales {Rise} as {Actors} {Does} {Thing}
own_more: {Firm} Closes {Number} Stores in {Town}
rise: rise, fall, jump, drop, climb, slip
says: {Firm} said the {thing} would cost {large} jobs|Analysts at {place} expect the {thing} to {rise} in {month}
says_more: The {person} told {place} that revenue would {rise}|Customers moved {large} million to savings accounts
"""),
    "SCIENCE": lists("""
actors: astronomers, physicists, biologists, chemists, geologists, botanists, zoologists, engineers, astronauts
person: astronomer, physicist, biologist, professor, geologist, laboratory chief, astronaut, inventor, chemist
thing: comet, fossil, telescope, gene, black hole, vaccine trial, robot, microscope, asteroid, particle, ice core
thing_more: galaxy, dinosaur bone, quantum chip, satellite, whale song, eclipse, volcano, space probe, bacterium, cell
does: discover, measure, photograph, launch, simulate, decode, observe, map, clone, test, explain, dissolve
place: the laboratory, orbit, the observatory, the deep sea, the rain forest, the Arctic, a crater
place_more: the particle collider
topic: dark matter, evolution, gravity, climate models, extinct species, artificial intelligence, radio waves
own: {Actors} {Does} {Mood} {Thing}|New {Thing} Found in {Place}|{Mood} {Thing} May Rewrite Theory of {Topic}
own_more: {Thing} Is {Large} Million Years Old, Study Finds|Space Agency to {Does} {Thing} in {Year}
own_more: Robot Learns {Topic}
says: Researchers in {place} used a {thing} to study {topic}|The {person} published the data on {topic} in {month}
says_more: The experiment ran in {place} for {number} years|The {thing} is {large} light years from Earth
"""),
    "TRAVEL": lists("""
actors: pilots, tourists, hikers, sailors, hoteliers, backpackers, tour guides, flight attendants, campers
person: pilot, tourist, tour guide, hotel owner, flight attendant, backpacker, sailor, campsite warden, travel writer
thing: road trip, cruise, flight, hostel, beach, island, passport, night train, campsite, suitcase, national park
thing_more: ski resort, city break, airport lounge, mountain hut, ferry, vineyard tour, honeymoon, boarding pass
does: explore, book, board, visit, delay, cross, pack, photograph, reopen, reserve, circle, miss
place: the airport, the harbor, the old town, the coast, the mountains, the desert, the lagoon, the sleeping car
topic: jet lag, packing light, cheap flights, traveling alone, travel insurance, lost luggage, sunset views
own: {Number} Reasons to Visit {Town} {Season}|The {Number} Best {Thing_s} Near {Town}|{Number} Hours in {Town}
own_more: A {Mood} {Thing} Along {Place}|Airline Adds {Number} Flights to {Town}|How to Survive a {Thing} With {Topic}
says: Take the {thing} from {town} and watch {place} go by|The {thing} to {town} leaves {place} at dawn
says_more: Bring a map and {number} pairs of socks for {place}|Our travel writer tried the {thing} and {topic}
"""),
    "FOOD": lists("""
actors: chefs, bakers, farmers, waiters, brewers, butchers, fishermen, dairy farmers, cooks, beekeepers
person: chef, baker, waiter, cook, farmer, beekeeper, pastry chef, food critic, cheesemaker, grandmother
thing: soup, apple pie, pasta, salad, sourdough bread, curry, chocolate cake, pancake, pickle, roast chicken
thing_more: risotto, taco, cheese plate, lemonade, dumpling, burger, breakfast, tomato sauce, cookie, barbecue, menu
does: bake, roast, taste, grill, season, slice, serve, pickle, stir, reinvent, fry, sprinkle
place: the kitchen, the oven, the food market, the bakery, the orchard, the dining room, the pantry, the food truck
topic: garlic, leftovers, spices, vegan cooking, olive oil, butter, school lunches, late-night snacks, picnics
own: {Number} {Thing} Recipes for {Season}|How to {Does} the Perfect {Thing}
own_more: The Only {Thing} Recipe You Will Ever Need
own_more: {Person} {Name} Opens {Mood} Restaurant in {Town}|{Number} Things to Do With {Topic}
own_more: We Tasted {Large} {Thing_s}
says: Add {topic} to the {thing} and leave it in {place} for {number} minutes|Dinner is ready in {number} minutes
says_more: The {person} uses {topic} and a pinch of salt|Crisp outside, soft inside: the {thing} is worth the butter
"""),
    "EDUCATION": lists("""
actors: teachers, students, principals, librarians, professors, tutors, pupils, graduates, school boards
person: teacher, student, principal, librarian, tutor, graduate, school nurse, dean, math teacher, exchange student
thing: exam, homework, scholarship, classroom, school bus, science fair, tuition fee, lesson, spelling bee, diploma
thing_more: college essay, library, reading list, report card, summer school, class trip, timetable, kindergarten
does: grade, teach, study, fail, pass, revise, enroll, memorize, skip, tutor, rewrite, publish
place: the classroom, the campus, the library, the lecture hall, the school yard, the dormitory, high school, college
topic: math, reading, phones in class, student debt, bullying, school uniforms, languages, handwriting, class size
own: {Number} Ways {Actors} Can Teach {Topic}|{Town} School Ends {Thing} for {Large} {Actors}
own_more: Should Schools Ban {Thing}?
own_more: {Person} {Name} Wins {Thing}|College Drops {Thing}, {Actors} {Feeling}|What {Topic} Taught Me About {Thing}
says: Pupils in {place} will have more time for {topic}|The {person} marked {large} papers in {place}
says_more: The school wants every {thing} to include {topic}|Grades in {topic} rose after the {thing}
"""),
    # One topic under two names: the paper renamed it, and the old name faded out.
    "WELLBEING": lists("""
actors: nurses, doctors, therapists, midwives, dentists, yoga teachers, patients, pharmacists, surgeons
person: doctor, nurse, therapist, yoga teacher, dentist, patient, surgeon, midwife, sleep coach, psychologist
thing: morning walk, nap, meditation, headache, vitamin, allergy, breathing exercise, flu shot, checkup, back pain
thing_more: sleep diary, yoga pose, cold, blood test, workout, screen break, panic attack, bandage, habit, stretch
does: prevent, treat, ease, cure, recommend, practice, cause, calm, survive, avoid, heal, diagnose
place: the hospital, the clinic, the waiting room, the gym, bed, the yoga studio, the pharmacy, the emergency room
topic: stress, sleep, anxiety, loneliness, exercise, mindfulness, blood pressure, gratitude, burnout, posture
own: {Number} Ways to {Does} {Topic}|Can a {Thing} {Does} {Topic}?|The {Mood} Habit That Helps With {Topic}
own_more: What {Actors} Wish You Knew About {Topic}|How I Beat {Topic} With One {Thing} a Day|{Thing} May Help {Topic}
says: A {thing} before {place} may lower {topic}|The {person} sees {topic} in {place} every day
says_more: Just {number} minutes of {topic} a day can help|Breathe in, count to {number}, and let {topic} go
"""),
}
CATEGORIES["HEALTH"] = CATEGORIES["WELLBEING"] | lists("""
own: {Number} Ways to {Does} {Topic}|Can a {Thing} {Does} {Topic}?|Study Links {Topic} to {Thing}
own_more: What {Actors} Wish You Knew About {Topic}|{Actors} {Does} {Topic} in {Town}|{Thing} May Help {Topic}
says: A {thing} before {place} may lower {topic}|The {person} sees {topic} in {place} every day
says_more: Cases of {topic} in {town} rose by {number} percent|Breathe in, count to {number}, and let {topic} go
""")

# Patterns for every category: an actor, and what belongs to it.
PATTERNS = (
    *("{Actors} {Does} {Thing} {Tail}", "{Opener} the {Mood} {Thing}", "{Person} {Name} on {Topic}"),
    *("{Actors} {Does} {Mood} {Thing} {Tail}", "{Opener} {Topic}", "{Town} {Actors} {Feeling} About {Topic}"),
    *("{Person} {Name} {does_s} {Thing}", "{Number} {Actors} on {Topic}", "A {Mood} {Thing} in {Place}"),
    *("{Thing}: {Number} Questions About {Topic}", "{Name}, {Person}, Looks Back on {Topic}"),
    *("Is This the End of the {Thing}?", "{Actors} Warn of {Mood} {Thing}", "{Topic} and the {Mood} {Thing}"),
)
# Patterns in which a word of another category turns up: {other_...} is its list.
CROSSING = (
    *("{Other_person} {Name} Visits {Place} After {Thing}", "From {Other_thing} to {Thing} in {Town}"),
    *("{Actors} Meet {Other_actors} Over {Topic}", "What {Other_topic} and {Topic} Have in Common"),
)
# Roles that can be reversed: the same words, and the one who acts gives the category.
REVERSIBLE = (
    *("{one} {verb} {two} After {event} in {town}", "{one} {verb} {two} Over {reason}"),
    *("{town} {one} {verb} {two} at {event}", "{one} From {town} {verb} {two} Over {reason}"),
    *("{mood} {one} {verb} {mood2} {two} Before {event}", "{one}, {feeling}, {verb} {two} After {event}"),
)
VERBS = _words(
    "Thank Praise Challenge Question Surprise Invite Criticize Support Defend Blame Follow Interview Trust"
    " Ignore Applaud Answer Rescue Copy Teach Outnumber Overtake Join Warn Host Embarrass"
)
TEAMS = _words("Otters Lanterns Herons Comets Rovers Badgers Harriers Foxes Sailors Wolves Ravens Mammoths")
FIRM_ENDS = _words("Foods Motors Bank Media Tools Paper Energy Robotics Shoes Glass Freight Textiles")
TOWN = (
    _words(
        "Brindle Harrow Ketter Oster Wex Marrow Thistle Penn Stone Elder Fen Grim Lark Mill Quarry Raven Salt Tarn"
    ),
    _words("moor wick ford haven mere stead burgh dale port ness cross field combe gate"),
)
SURNAME = (
    _words(
        "Tind Marl Pasq Hollo Verr Brank Quill Sorr Lind Abber Dorn Felb Galt Hask Jarn Korv Munt Nesb Rott Umbr"
    ),
    _words("wick owen uell way ington ström ley er strand court aker ini ovic ane"),
)
TITLE = (
    _words(
        "Paper Silver Midnight Glass Last Hidden Electric Wooden Seven Broken Northern Lonely Velvet Second"
    ),
    _words(
        "Moon Harbor Letters Garden Mirrors Summer Trains Sisters River Secrets Winter Clowns Thunder Kitchen"
    ),
)
