"""The texts of the plan editor that its scripts show. “{0}” and “{1}” are filled in there."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KEY_HELP = [
    (gettext_lazy("Arrow keys"), gettext_lazy("go to the next seat")),
    (gettext_lazy("Space"), gettext_lazy("select the seat, or deselect it")),
    (gettext_lazy("Shift + arrow keys"), gettext_lazy("select as you go")),
    (gettext_lazy("Alt + arrow keys"), gettext_lazy("move what is selected, with Shift further")),
    ("R, S", gettext_lazy("select the row, the section; with Shift in addition")),
    (gettext_lazy("Ctrl + A"), gettext_lazy("select all seats")),
    (gettext_lazy("1 to 9"), gettext_lazy("paint in the first to ninth price category")),
    (
        "W, C, V, O",
        gettext_lazy("mark as wheelchair space, companion seat, restricted view, ordinary seat"),
    ),
    ("N", gettext_lazy("add a seat to the row")),
    ("B, A", gettext_lazy("add a seat before, after the seat; others move on")),
    ("Shift + N", gettext_lazy("add a row behind the last one of the section")),
    (gettext_lazy("Delete"), gettext_lazy("delete what is selected")),
    (gettext_lazy("Ctrl + D"), gettext_lazy("duplicate the section")),
    (gettext_lazy("Ctrl + Z, Ctrl + Y"), gettext_lazy("undo, redo")),
    (gettext_lazy("Ctrl + S"), gettext_lazy("save")),
    ("+ − 0", gettext_lazy("zoom in, zoom out, show all")),
    (gettext_lazy("Enter"), gettext_lazy("go to the fields of what is selected")),
    (gettext_lazy("Escape"), gettext_lazy("select nothing")),
]


def editor_texts() -> dict[str, str]:
    """Return the texts by the names that the scripts use."""
    return {**_changes(), **_states()}


def _changes() -> dict[str, str]:
    return {
        "moved": _("Moved: {0}"),
        "movedOne": _("Moved: {0}"),
        "aligned": _("Aligned: {0}"),
        "distributed": _("Distributed: {0}"),
        "rotated": _("Rotated: {0}"),
        "painted": _("Painted: {0}, {1}"),
        "marked": _("Marked: {0}, {1}"),
        "renumbered": _("Numbered: {0}"),
        "renamedRows": _("Rows renamed: {0}"),
        "deleted": _("Seats deleted: {0}"),
        "deletedOne": _("Deleted: {0}"),
        "addedSeat": _("Seat added: row {0}, seat {1}"),
        "addedRow": _("Row added: {0}"),
        "addedSection": _("Section added: {0}"),
        "addedCategory": _("Price category added: {0}"),
        "addedOne": _("Added: {0}"),
        "changedOne": _("Changed: {0}"),
        "mirrored": _("Mirrored: {0}"),
        "categoryUsed": _("{0} still has seats. Paint them in another price category first."),
        "undone": _("Undone: {0}"),
        "redone": _("Redone: {0}"),
        "nothingToUndo": _("Nothing to undo."),
        "nothingToRedo": _("Nothing to redo."),
    }


def _states() -> dict[str, str]:
    return {
        "seat": _("{0}, row {1}, seat {2}, {3}, {4}"),
        "isSelected": _("selected"),
        "selected": _("Seats selected: {0}"),
        "selectedThing": _("Selected: {0}"),
        "nothing": _("Nothing is selected."),
        "loaded": _("Capacity: {0}, sections: {1}"),
        "saving": _("Saving …"),
        "saved": _("Draft saved."),
        "savedWithFaults": _("Draft saved. Faults: {0}"),
        "offline": _("The server cannot be reached. Nothing is lost: save again later."),
        "failed": _("The draft could not be saved."),
        "notAdded": _("Nothing was added. Save the draft and check its faults."),
        "reload": _("Reload the draft"),
        "needsSeat": _("Go to a seat of the row first."),
        "needsSeats": _("Select seats first."),
        "shape": _("Shape"),
        "stage": _("Stage"),
        "newText": _("Text"),
        "remove": _("Remove {0}"),
        "color": _("Colour of {0}"),
        "name": _("Name of {0}"),
        "corners": _(
            "Click the corners of the area, or move with the arrow keys and press Space. Enter"
            " finishes, Escape cancels."
        ),
        "cornerCount": _("Corners: {0}"),
        "places": _("{0}: capacity {1}"),
        "rowCount": _("Rows: {0}, seats: {1}"),
    }
