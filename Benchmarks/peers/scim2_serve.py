"""Serves scim2-server's directory in memory by waitress. Usage: scim2_serve.py PORT TOKEN, in its own virtual environment.

Its own command serves by the development server of Python's library, which closes each connection after one answer.
"""

import sys

from scim2_models import ScimProvider
from scim2_server.memory import InMemoryStorage
from scim2_server.service import ScimService
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME, BearerTokenApplication
from scim2_server.utils import load_default_resource_types, load_default_schemas, load_default_service_provider_config
from waitress import serve

port, token = sys.argv[1:]
config = load_default_service_provider_config()
config.authentication_schemes = [*(config.authentication_schemes or []), BEARER_TOKEN_SCHEME]
provider = ScimProvider.from_discovery(load_default_schemas().values(), load_default_resource_types().values(), config=config)
application = BearerTokenApplication(InMemoryStorage(), provider, service=ScimService(provider), bearer_tokens=[token])
serve(application, host="127.0.0.1", port=int(port), threads=4)
