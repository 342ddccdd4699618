"""Where the stage is. The open plan format has no word for it, so a label tells."""

# The label as people write it on plans, in the languages that plans have come in so far.
STAGE_WORDS = frozenset({"stage", "bühne", "buehne", "scène", "scene", "escenario", "palco"})


def stage_focus(decoration):
    """The point of the plan that everybody looks at, as (x, y), or None without a stage.

    It is where the label “Stage” stands: an area's `text`, be the area that text alone or a shape
    that carries it. `decoration` is a plan's list of areas, in plan coordinates.
    """
    for area in decoration:
        text = area.get("text") or {}
        if str(text.get("text", "")).strip().casefold() in STAGE_WORDS:
            corner, offset = area.get("position") or {}, text.get("position") or {}
            return (
                float(corner.get("x", 0)) + float(offset.get("x", 0)),
                float(corner.get("y", 0)) + float(offset.get("y", 0)),
            )
    return None
