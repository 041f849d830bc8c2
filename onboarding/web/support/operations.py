"""Pages for those who run it: what the host was told, and telling it once more."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.usecases import host_log
from onboarding.web.session import current_actor


def page() -> ResponseReturnValue:
    """What there is to look after."""
    return render_template("support/operations.html", log=host_log.host_log(current_actor()))


def webhooks() -> ResponseReturnValue:
    """The log of what the host was told, newest first."""
    log = host_log.host_log(current_actor(), request.args.get("pagina", 1, type=int))
    return render_template("support/webhooks.html", log=log)


def redeliver(event: int) -> ResponseReturnValue:
    """Have one event delivered once more."""
    event_id = host_log.redeliver(current_actor(), event)
    flash(_("%(event)s goes out once more.", event=event_id))
    return redirect(url_for("support.webhooks", pagina=request.form.get("page", type=int)), 303)
