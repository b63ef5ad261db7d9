"""W3C trace context: what one act sets off is one trace, through every inbox and outbox."""

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_ids = RandomIdGenerator()
_propagator = TraceContextTextMapPropagator()


def child_of(traceparent: str | None) -> str:
    """Give the `traceparent` of a step caused by the given one, or of a new trace.

    An invalid value starts a new trace, as the recommendation asks.
    """
    parent = get_current_span(
        _propagator.extract({"traceparent": traceparent} if traceparent else {})
    ).get_span_context()
    own = SpanContext(
        trace_id=parent.trace_id if parent.is_valid else _ids.generate_trace_id(),
        span_id=_ids.generate_span_id(),
        is_remote=False,
        trace_flags=parent.trace_flags if parent.is_valid else TraceFlags(TraceFlags.SAMPLED),
    )
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, set_span_in_context(NonRecordingSpan(own)))
    return carrier["traceparent"]


def trace_id(traceparent: str) -> str:
    """Give the trace id for a log line."""
    return traceparent.split("-")[1]
