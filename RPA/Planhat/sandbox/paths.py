"""The paths of the sandbox itself, beside those of Planhat."""

PREFIX = "/__sandbox__/"
"""Operations on the running sandbox, as JSON; for this machine only."""

PAGE = "/"
CONTRACT = "/openapi.json"
