"""Template tags of e-mails and of their pages in the admin."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.translation import pgettext

from core.typography import colon
from emails.bodies import BLOCKS, INTRODUCTION
from organisation.mail_server import has_mail_server

register = template.Library()
register.simple_tag(colon)

FIRST_NAME = "first name"


@register.simple_tag
def greeting(name: str) -> str:
    """Return the first line of an e-mail to a person with this full name."""
    names = name.split() or [""]
    # Translators: “first name” or “full name”, in English.
    uses_first_name = pgettext("name in greetings", "first name") == FIRST_NAME
    called = names[0] if uses_first_name else " ".join(names)
    return pgettext("greeting", "Hi %(name)s,") % {"name": called}


@register.simple_tag
def emails_are_not_sent() -> bool:
    """Return whether e-mails are not sent, because no mail server is configured."""
    return not has_mail_server()


class PartNode(template.Node):
    """A part of an e-mail that is a block of its body (`emails.bodies`)."""

    def __init__(self, nodelist: NodeList, name: str, is_required: bool) -> None:
        self.nodelist, self.name, self.is_required = nodelist, name, is_required

    def render(self, context: Context) -> str:
        content, body = self.nodelist.render(context), context.get("body")
        if body is None:
            return content
        # Text templates switch escaping off (emails/base.txt).
        is_html = bool(context.autoescape)
        if self.name == INTRODUCTION:
            return body.keep_introduction(content, is_html=is_html)
        return body.keep_part(self.name, content, is_html=is_html, is_required=self.is_required)


class EmailBodyNode(template.Node):
    """The part that staff can rewrite: everything but header and footer."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        marked, body = self.nodelist.render(context), context.get("body")
        if body is None:
            return marked
        return body.assemble(marked, is_html=bool(context.autoescape))


@register.tag("part")
def parse_part(parser: Parser, token: Token) -> PartNode:
    """Parse `{% part name %}…{% endpart %}`, with `required` if every e-mail must contain it."""
    _tag, name, *options = token.split_contents()
    if name not in BLOCKS or options not in ([], ["required"]):
        raise template.TemplateSyntaxError(f"{token.contents}: see emails.bodies.BLOCKS")
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(nodelist, name, bool(options))


@register.tag("introduction")
def parse_introduction(parser: Parser, token: Token) -> PartNode:
    """Parse `{% introduction %}…{% endintroduction %}`: whole paragraphs that staff can rewrite."""
    nodelist = parser.parse(("endintroduction",))
    parser.delete_first_token()
    return PartNode(nodelist, INTRODUCTION, is_required=False)


@register.tag("email_body")
def parse_email_body(parser: Parser, token: Token) -> EmailBodyNode:
    """Parse `{% email_body %}…{% endemail_body %}`."""
    nodelist = parser.parse(("endemail_body",))
    parser.delete_first_token()
    return EmailBodyNode(nodelist)
