"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from core.response_cache import given_again

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concert.settings")

application = given_again(get_wsgi_application())
