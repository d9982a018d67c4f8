"""The manifest of logs."""

from menon.core.feature import Feature
from menon.features.audit import subject
from menon.features.audit.keeping import open_keeper
from menon.features.audit.routes import live, routes
from menon.features.audit.settings import LogSettings
from menon.features.audit.watch import open_watch

feature = Feature(
    name="audit",
    routes=(routes, live),
    settings=(LogSettings,),
    opens=(open_keeper, open_watch),
    export=subject.export,
    erase=subject.erase,
)
