"""Variables with secrets, as a variable file that reads them from somewhere safe."""

import os

TOKEN = os.environ.get("GIVEN_KEY", "")
TENANT = os.environ.get("GIVEN_TENANT", "")
SECRET = {"api_key": TOKEN, "tenant_uuid": TENANT}
PROXY = os.environ.get("GIVEN_PROXY", "")
PROXIES = {"http": PROXY, "https": PROXY}
