"""Extensions of Sphinx for ``make docs``: what the site shows is run, read or drawn when the site is built."""
