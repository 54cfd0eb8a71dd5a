"""Home: the path, what is done and what is next."""

from pages.ui import page

page.opening("Headline Lab", "Train a recurrent network on news headlines, watch it learn, and question it.")
page.next_step("data", primary=True)
