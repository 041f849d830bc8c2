"""What `make demo` serves: the product as it is, and under /demo the demo's own pages and a host to sign in at."""

from __future__ import annotations

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from demo.issuer import create_issuer_here
from demo.pages import create_pages_here
from wsgi import app as product

app = DispatcherMiddleware(product, {"/demo": create_pages_here(), "/demo/issuer": create_issuer_here()})
