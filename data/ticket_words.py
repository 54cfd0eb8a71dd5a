"""What the sample of support tickets talks about: words and patterns, by queue and shared; all of it is invented.

The syntax is that of ``sample_words.py``. A ticket is a subject and a message to an invented shop for small devices.
"""

from data.sample_words import Lists, lists

SHARED: Lists = lists("""
item: kettle, desk lamp, radio, headphones, e-reader
item_more: smart scale, bike light, speaker, clock, keyboard, thermostat, camera
item_more: coffee grinder, projector, fan, tablet sleeve, doorbell, power bank, mixer, tripod, air filter
number: two, three, four, five, 6, 7, 10, 12, 14, 20
agreed: $9, $18.50, $40, $72, £12, €25
amount: $12, $19.90, $24, $35.50, $49, $80, $112, £15, £29.99, €40
order: order 48213|order #7701|order 90 114|my last order|order A-5520|the order of {day}|my order from {month}
day: Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday
month: January, March, April, June, August, October, November
plan: basic plan, family plan, yearly plan, student plan, premium plan, free trial
mood: Please help|I am a bit lost|This is urgent|No hurry
mood_more: I am quite upset|Sorry to bother you again|Third time I write
mood_more: Hope you can help|Bit disappointed so far|Second message about this
vague: I have been a customer since {month}|{mood}|Can somebody call me on {day}?|I already tried the help pages
vague_more: Nobody answered my last message|Your chat told me to write here|I attach a photo|Thanks in advance
vague_more: I need an answer before {day}|My neighbour had the same thing|Please do not send me a standard reply
vague_last: I have waited {number} days
generic: Question about {order}|{mood}|Still waiting for an answer|Second try|Problem with my {item}|Hello?|My {item}
generic_more: About {order} again|Need help by {day}|A quick question|Re: your message of {day}
also: by the way, to be clear, just so you know, as I said on the phone
""")

CATEGORIES: dict[str, Lists] = {
    "Billing": lists("""
issue: a double charge, a wrong invoice, the tax on my bill, an expired card, a missing receipt, an unknown payment
issue_more: the price of {order}|a rejected card|my payment method|the amount on the invoice|a late fee
wrong: I was charged {amount} twice|the invoice shows {amount} instead of {agreed}|my card was declined
wrong_more: the discount code was not applied
wrong_more: my bank shows a payment that I do not know|the bill has the wrong company name
wrong_more: you took {amount} and not {agreed}|the receipt for {order} never came by email
fine: my payment went through, the invoice is right, the price was fine
own: Charged {number} times for one {item}|Need an invoice with our VAT number|Why did the {plan} cost {amount}?
own_more: Payment failed again|Cannot pay with my card|Receipt for {order}, please|Bill for {month} is too high
says: Please correct {issue}|My statement lists {amount} on {day}|I only agreed to pay {amount}
says_more: Our accountant needs the document by {day}|Can I pay by bank transfer instead?
"""),
    "Account access": lists("""
issue: my password, the login code, a locked account, the reset link, my old email address, two-step sign-in
issue_more: the security question, a hacked profile, my user name, the confirmation email
wrong: I cannot log in|the reset link has expired|the code never reaches my phone|my account is locked
wrong_more: the page says my email does not exist|I am signed out after {number} minutes|somebody changed my password
wrong_more: I no longer have the phone that gets the code
fine: I can log in, my password works, the code came at once
own: Locked out since {day}|Reset email never comes|Password not accepted|Change the email of my account
own_more: Login works on my phone but not on the laptop|Signed out every {number} minutes|Two accounts, one person
says: I typed the code {number} times|I changed my address in {month}|The browser says that my session is over
says_more: Please unlock {issue} or tell me how|I am sure that the password is right
"""),
    "Delivery": lists("""
issue: a late parcel, the courier, the tracking number, a wrong address, a missing package, the delivery date
issue_more: the pick-up point, a parcel at the neighbours, customs papers, half an order
wrong: my {item} has not arrived|the tracking has not moved for {number} days|the driver left the parcel in the rain
wrong_more: the parcel went to my old address|only half of {order} came|the courier says that nobody was at home
wrong_more: it should have been here on {day}|the box was delivered to somebody else
fine: the parcel came on time|my {item} arrived|the courier was kind
own: Where is {order}?|Parcel lost for {number} days
own_more: Send my {item} to another address|Tracking says delivered, it is not
own_more: Can it be here before {day}?|Courier never rang|Parcel stuck in customs since {day}
says: I was at home all {day}|The tracking page shows a depot {number} hours away|Please tell me about {issue}
says_more: I can pick it up on {day}|The label has the wrong house number
"""),
    "Returns": lists("""
issue: a return label|my refund|an exchange|the return period|the money for the {item}|a wrong size
issue_more: store credit|an unopened box|the pick-up of the old {item}
wrong: I want to send the {item} back|my refund of {amount} has not come|the return label does not print
wrong_more: I got the wrong colour and want to exchange it|you refused my return after {number} days
wrong_more: the money for the returned {item} is still missing|I ordered one and want to give one of the two back
fine: the return was easy, my refund came, the exchange went well
own: Return of an unused {item}|Refund still missing|Exchange the {item} for another colour|How do I send it back?
own_more: Money back for {order}|Returned on {day}, no refund yet|Too large, please exchange
says: I sent the {item} back on {day}|It is unused and in its box|I would like {amount} back and no voucher
says_more: Please let me know about {issue}|The shop in town does not take it back
"""),
    "Technical fault": lists("""
issue: a dead battery, the update, a flickering screen
issue_more: a strange noise, the app, the Bluetooth connection, the charger
issue_more: an error message, the power button, a broken hinge, the sensor
wrong: my {item} does not switch on|the app crashes after the update|the {item} loses its connection
wrong_more: the battery lasts {number} hours at most|the screen stays black|the {item} makes a loud noise
wrong_more: it shows error {number} and stops|the {item} gets hot while it charges|the button is stuck
fine: the {item} works well|the update fixed it|the battery is fine
own: {item} does not turn on|App crashes since {day}|{item} and phone do not connect|Error {number} on my {item}
own_more: Update broke my {item}|Battery empty after {number} hours|Strange noise from the {item}
says: I restarted it {number} times|The light blinks red|It worked until the update of {month}
says_more: A reset did not help with {issue}|The same happens with another cable
"""),
    "Cancellation": lists("""
issue: my subscription|the {plan}|the end of my contract|the notice period|the renewal|my membership
issue_more: the newsletter|a second {plan}|a trial that I forgot
wrong: I want to cancel the {plan}|please stop the renewal in {month}|I no longer use the {plan}
wrong_more: I cancelled and the {plan} still goes on|I cannot find the button to end the {plan}
wrong_more: please close my account for good|I ordered {order} by mistake, please stop it
fine: I want to keep the {plan}|the renewal is fine|I do not want to cancel
own: End the {plan}|Stop {order} before it is sent|Cancel, please|Do not renew my {plan}|How do I leave?
own_more: Unsubscribe me|Please delete everything about me|Notice for the {plan}
says: I move abroad in {month}|I do not need it any more|Please confirm the end of {issue}
says_more: Nothing is wrong, I just use it too little|It should end on {day}
"""),
    "Suggestion": lists("""
issue: a dark mode, a louder alarm, more colours, a longer cable, a weekly summary, an offline mode, the manual
issue_more: a shop in our town, a spare part list, a left-handed version, larger letters
wrong: it would be great to have {issue}|I miss {issue} in the app|why is there no {item} in green?
wrong_more: please think about {issue}|the {item} could be lighter|could you add {issue} to the {plan}?
wrong_more: I wish that the {item} would remember my settings
fine: I like the new menu, the colours are fine, I have no other wish
own: An idea for the {item}|Please add {issue}|Wish: {issue}|Small improvement for the app|A {item} for children?
own_more: Could the {item} be quieter?|Feature request: {issue}
says: I use the {item} every day and like it|Other shops have {issue}|That would help {number} people in our family
says_more: It works, but it could be simpler|I would pay {amount} for {issue}
"""),
}

# For every queue: a subject, and a message that need not repeat it.
PATTERNS = (
    *(
        "{Wrong}",
        "{Wrong}, {also}",
        "{Issue} and {order}",
        "Help with {issue}",
        "{Issue}, again",
        "{mood}: {wrong}",
    ),
    *("{number} days of {issue}", "Question about {issue}", "{Order}: {wrong}"),
)
# With words of another queue, denied.
CROSSING = (
    *("{Other_fine}, but {wrong}", "It is not {other_issue}: {wrong}", "{Wrong} ({other_fine})"),
    *("No trouble with {other_issue}, only with {issue}", "{Other_fine}. {Wrong}"),
)
# Pairs of the same words whose order, or whose negation, decides.
REVERSIBLE = (
    *("This is about {one_issue}, not {two_issue}", "Not {two_issue} but {one_issue}"),
    *("{One_issue}: it has nothing to do with {two_issue}", "Forget {two_issue}, I write about {one_issue}"),
    *("First you asked about {two_issue}, but my question is {one_issue}",),
    *("{two_issue} is solved, {one_issue} is not",),
)
