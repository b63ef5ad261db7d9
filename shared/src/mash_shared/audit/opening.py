"""The trail of a process, opened as its settings say."""

from pymongo import AsyncMongoClient

from mash_shared.audit.lines import COLLECTION, MongoLines, audit_database_of
from mash_shared.audit.spool import Spool
from mash_shared.audit.trail import Trail
from mash_shared.plumbing.documents import Raw
from mash_shared.plumbing.settings import Connected
from mash_shared.plumbing.times import Now


def open_trail(
    client: AsyncMongoClient[Raw], process: str, copy: str, settings: Connected, now: Now
) -> Trail:
    """Give the trail of one copy of a process."""
    lines = MongoLines(client[audit_database_of(process)][COLLECTION])
    spool = Spool(settings.audit_spool, copy)
    return Trail(lines, service=process, copy=copy, now=now, spool=spool)
