"""A second opinion on our headers: the CloudEvents library reads them, and we read its own."""

from datetime import datetime
from pathlib import Path

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from mash_shared.catalogue.samples import sample_of
from mash_shared.messages import Message, all_messages
from mash_shared.plumbing.envelope import Envelope

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"

each_message = pytest.mark.parametrize("message", tuple(all_messages()), ids=lambda m: m.__name__)


@each_message
def test_the_library_reads_a_record_of_ours_in_binary_mode(message: type[Message]) -> None:
    sample = sample_of(SAMPLES, message)
    record = KafkaMessage(
        headers={name: value.encode() for name, value in sample.headers.items()},
        key=sample.key,
        value=message.model_validate(sample.body).body(),
    )
    event = from_binary(record, JSONFormat())
    assert event.get_id() == sample.headers["ce_id"]
    assert event.get_type() == sample.headers["ce_type"]
    assert event.get_source() == sample.headers["ce_source"]
    assert event.get_subject() == sample.key
    assert event.get_time() == datetime.fromisoformat(sample.body["occurred_at"])
    assert event.get_datacontenttype() == "application/json"
    assert event.get_specversion() == "1.0"
    assert event.get_data() == sample.body


@each_message
def test_our_envelope_reads_a_record_of_the_library(message: type[Message]) -> None:
    sample = sample_of(SAMPLES, message)
    event = CloudEvent(
        attributes={
            "id": sample.headers["ce_id"],
            "type": sample.headers["ce_type"],
            "source": sample.headers["ce_source"],
            "subject": sample.key,
            "time": datetime.fromisoformat(sample.headers["ce_time"]),
            "datacontenttype": "application/json",
            "specversion": "1.0",
        },
        data=sample.body,
    )
    record = to_binary(event, JSONFormat())
    envelope = Envelope.read(list(record.headers.items()))
    assert envelope.id == sample.headers["ce_id"]
    assert envelope.type == sample.headers["ce_type"]
    assert envelope.time == datetime.fromisoformat(sample.headers["ce_time"])
    assert message.read(record.value) == message.model_validate(sample.body)
