"""Colors as plans know them: `#rrggbb`, in small letters."""

from PIL import ImageColor

# For categories that come without a color: told apart also by those who see few colors.
DEFAULT_COLORS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#8a63d2",
    "#7a7a7a",
)


def clean_color(text):
    """`#rrggbb` for any color that CSS knows by name or number, else None."""
    try:
        red, green, blue, *_alpha = ImageColor.getrgb(text.strip())
    except ValueError:
        return None
    return f"#{red:02x}{green:02x}{blue:02x}"
