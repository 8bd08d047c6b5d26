from . import controllers, entities, models
