"""``{% render_once signed_in %}…{% endrender_once %}``"""

from django import template
from django.utils.translation import get_language

register = template.Library()

KEPT_AT_MOST = 32  # Of each piece.


@register.tag("render_once")
def render_once(parser, token):
    """Render what is inside once for each language and each value of the arguments.

    From then on the process gives out the same text. What is inside may depend on nothing else:
    no other variable, no time of day, no time zone, and no block, which children would replace.
    The arguments have few values. For links, labels and drawings, which are half of every page.
    """
    arguments = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodes = parser.parse(["endrender_once"])
    parser.delete_first_token()
    return _Kept(arguments, nodes)


class _Kept(template.Node):
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
            if len(self.texts) < KEPT_AT_MOST:
                self.texts[key] = text
        return text
