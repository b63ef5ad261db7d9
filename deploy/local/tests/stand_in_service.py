"""Answers 200 on the OPS_PORT of whatever service it stands in for."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({k: v for k, v in os.environ.items() if "_" in k}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    [port] = [int(value) for name, value in os.environ.items() if name.endswith("_OPS_PORT")]
    if "fails" in sys.argv:
        sys.exit("the stand-in fails as it was told")
    HTTPServer(("127.0.0.1", port), Ready).serve_forever()
