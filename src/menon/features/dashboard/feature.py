"""The page after signing in: ask, first steps, what happened lately."""

from menon.core.auth import Action
from menon.core.feature import Feature, NavEntry
from menon.features.dashboard.pages import pages

feature = Feature(
    name="dashboard",
    pages=(pages,),
    nav=(NavEntry(label="Home", href="/", icon="house", order=0, action=Action.READ),),
)
