"""``{% render_once signed_in %}…{% endrender_once %}``"""

from django import template
from django.template.base import Parser, Token
from django.utils.translation import get_language

register = template.Library()

MAX_VARIANTS = 32  # Of each block.


@register.tag("render_once")
def render_once(parser: Parser, token: Token) -> template.Node:
    """Render the block once for each language and each value of the arguments.

    The process reuses the text from then on. The content must depend on nothing else: no other
    variable, no time, no time zone, and no `{% block %}`, which child templates would replace. The
    arguments must have few values. For links, labels and icons, which are half of every page.
    """
    arguments = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodes = parser.parse(["endrender_once"])
    parser.delete_first_token()
    return _RenderOnce(arguments, nodes)


class _RenderOnce(template.Node):
    child_nodelists = ("nodes",)

    def __init__(self, arguments, nodes):
        self.arguments = arguments
        self.nodes = nodes
        self.texts = {}

    def render(self, context):
        key = (get_language(), *(argument.resolve(context) for argument in self.arguments))
        text = self.texts.get(key)
        if text is None:
            with context.push():
                text = self.nodes.render(context)
            if len(self.texts) < MAX_VARIANTS:
                self.texts[key] = text
        return text
