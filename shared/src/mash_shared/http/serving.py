"""How an API is served: heads within bounds, and whose word is taken for where somebody is."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import uvicorn

from mash_shared.http.addresses import Network
from mash_shared.http.guarded import Crowd, GuardedProtocol


def served(app: Any, host: str, port: int, proxies: Sequence[Network] = ()) -> uvicorn.Config:
    """Say how uvicorn serves an API; `X-Forwarded-For` is believed of these proxies and no other.

    Of several addresses in it the last one counts that is of no proxy: what stands before it,
    whoever asks may have written themselves.
    """
    protocol: Any = partial(GuardedProtocol, crowd=Crowd(proxies))
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        http=cast("type[Any]", protocol),
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=5,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=[str(proxy) for proxy in proxies],
    )
