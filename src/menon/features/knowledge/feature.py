"""Knowledge: collections of documents, their versions, and search with citations."""

from menon.core.auth import Action
from menon.core.feature import Feature, NavEntry
from menon.features.knowledge import search_routes, subject
from menon.features.knowledge.desk import open_desk
from menon.features.knowledge.jobs import index
from menon.features.knowledge.pages import pages
from menon.features.knowledge.removing import open_removals
from menon.features.knowledge.routes import collections, routes
from menon.features.knowledge.settings import KnowledgeSettings
from menon.features.knowledge.tools import search_knowledge

feature = Feature(
    name="knowledge",
    routes=(collections, routes, search_routes.routes),
    pages=(pages,),
    settings=(KnowledgeSettings,),
    opens=(open_desk, open_removals),
    tools=(search_knowledge,),
    jobs=(index,),
    export=subject.export,
    erase=subject.erase,
    nav=(
        NavEntry(
            label="Knowledge", href="/knowledge", icon="collection", order=20, action=Action.READ
        ),
    ),
)
