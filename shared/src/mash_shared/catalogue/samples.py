"""Samples: one invented, realistic record for each version of each message."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from mash_shared.messages import Message
from mash_shared.vocabulary import Lane

EXAMPLES = {"agency": "police", "service": "enquiry", "process": "intake"}
"""What stands for a topic's placeholder in samples and examples."""


class SampleError(Exception):
    """A sample is missing or is no sample; the sentence names the file."""


class Sample(BaseModel):
    """A record as it is on its topic, the body read as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    headers: dict[str, str]
    key: str
    body: dict[str, Any]


def type_of(message: type[Message]) -> str:
    """Give the `ce_type` of a message's sample, `agency.police.reply.v1` for example."""
    parts = {part: EXAMPLES[part] for part in message.parts()}
    return message.topic_in(Lane.AMBER, **parts)


def sample_of(folder: Path, message: type[Message]) -> Sample:
    """Read the sample of a message; SampleError names the file where there is none."""
    file = folder / f"{type_of(message)}.json"
    try:
        return Sample.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        raise SampleError(f"{message.__name__} has no sample: write {file}.") from None
    except ValidationError:
        raise SampleError(f"{file} is not a record with headers, key and body.") from None
