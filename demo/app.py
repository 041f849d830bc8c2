"""What `make demo` serves: the product as it is, with the demo's own pages beside it under /demo."""

from __future__ import annotations

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from demo.pages import create_pages_here
from wsgi import app as product

app = DispatcherMiddleware(product, {"/demo": create_pages_here()})
