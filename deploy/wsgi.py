"""Goes beside app.py: Marginalia behind one proxy, which sets the three headers that are believed."""

from werkzeug.middleware.proxy_fix import ProxyFix

from app import app

application = ProxyFix(app, x_for=1, x_proto=1, x_prefix=1)
