"""All tables in one place: whoever needs the whole schema imports this."""

from __future__ import annotations

from sqlmodel import SQLModel

import onboarding.accounts.models
import onboarding.audit.models
import onboarding.checks.models
import onboarding.connections.models
import onboarding.notify.models
import onboarding.oauth.models
import onboarding.tickets.models
import onboarding.vault.models  # noqa: F401  (each import registers its tables)

METADATA = SQLModel.metadata
