"""Train: choose the network, start it, watch it learn."""

from pages.ui import page

page.opening("Train", "Choose a network, start it, and watch it learn.")
page.next_step("predict")
