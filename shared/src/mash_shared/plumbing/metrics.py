"""Counters and gauges of the plumbing; no label ever names a case or a person."""

from prometheus_client import Counter, Gauge, Histogram

ARRIVALS = Counter("mash_arrivals", "Messages, clocks and acts taken in", ["door", "outcome"])
PARKED = Counter("mash_parked", "Records put on the dead-letter topic", ["group", "reason"])
RETURNED = Counter(
    "mash_returned", "Replies returned to their agency for what they lack", ["agency", "code"]
)
FORGIVEN = Counter("mash_forgiven", "Batches that only a second, forgiving reading could take")
STEPPED_OVER = Counter("mash_stepped_over", "Batches that no reading could take; see the log")
STALLED = Gauge("mash_lane_stalled_seconds", "Time a lane has stood still over work", ["group"])
PUBLISHED = Counter("mash_published", "Messages confirmed by the broker", ["by"])
LOST_RACES = Counter("mash_lost_races", "Documents written again after another writer won")
REBALANCES = Counter("mash_rebalances", "Times partitions were taken or given", ["change"])
CLOCKS_MISSED = Counter("mash_clocks_missed", "Promises broken", ["kind"])
RAN_OUT_OVER_UNREAD = Counter(
    "mash_clocks_ran_out_over_unread", "Clocks held open over unread records as long as may be"
)
AUDITED = Counter("mash_audit_lines", "Lines written to the audit trail", ["kind"])
AUDIT_KEPT = Gauge(
    "mash_audit_kept", "Lines of acts that wait until the audit trail can be written"
)
OUTAGE = Gauge("mash_outage", "1 while the database or the broker cannot be used", ["door"])
DATABASE_FAULT = Gauge(
    "mash_database_fault", "1 where the database's server is not as production needs it", ["fault"]
)
LARGE_DOCUMENTS = Counter("mash_large_documents", "Times a document beyond 4 MB was written")
LARGEST_DOCUMENT = Gauge(
    "mash_largest_document_bytes", "Largest document beyond 4 MB written since the start"
)
UNSENT = Gauge("mash_outbox_unsent", "Documents with messages the broker has not confirmed")
OLDEST_UNSENT = Gauge("mash_outbox_oldest_age_seconds", "Age of the oldest unconfirmed message")
BATCH = Histogram(
    "mash_batch_seconds", "Time from a batch's first record to its commit", ["door", "lane"]
)
