"""Template tags of e-mails and of their pages in the admin."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.translation import get_language, pgettext

from organisation.mail_server import has_mail_server

register = template.Library()

# Languages in which a greeting uses the first name.
FIRST_NAME_LANGUAGES = {"en"}


@register.simple_tag
def greeting(name: str) -> str:
    """Return the first line of an e-mail to a person with this full name."""
    language = (get_language() or "en").partition("-")[0]
    names = name.split() or [""]
    called = names[0] if language in FIRST_NAME_LANGUAGES else " ".join(names)
    return pgettext("greeting", "Hi %(name)s,") % {"name": called}


@register.simple_tag
def emails_are_not_sent() -> bool:
    """Return whether e-mails are not sent, because no mail server is configured."""
    return not has_mail_server()


class IntroductionNode(template.Node):
    """The part of an e-mail that staff can rewrite (`emails.wording`)."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        standard = self.nodelist.render(context)
        introduction = context.get("introduction")
        if introduction is None:
            return standard
        # Text templates switch escaping off (emails/base.txt).
        return introduction.choose(standard, is_html=context.autoescape)


@register.tag("introduction")
def parse_introduction(parser: Parser, token: Token) -> IntroductionNode:
    """Parse `{% introduction %}…{% endintroduction %}`: whole paragraphs that staff can rewrite."""
    nodelist = parser.parse(("endintroduction",))
    parser.delete_first_token()
    return IntroductionNode(nodelist)
