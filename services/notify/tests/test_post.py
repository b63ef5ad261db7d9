"""What is surely refused, what is not known, and the question whether it went out before."""

from email.message import EmailMessage

import pytest

from notify.courier import NotAcceptedError
from notify.post import SmtpPost

NOWHERE = ("127.0.0.1", 1)


async def test_a_provider_that_cannot_be_reached_surely_has_nothing() -> None:
    with pytest.raises(NotAcceptedError) as caught:
        await SmtpPost(*NOWHERE, "").send(EmailMessage())
    assert caught.value.certain


async def test_where_there_is_nobody_to_ask_nothing_is_known() -> None:
    assert await SmtpPost(*NOWHERE, "").has("c1.outcome@hub.example") is None


async def test_where_nobody_answers_nothing_is_known() -> None:
    assert await SmtpPost(*NOWHERE, "http://127.0.0.1:1/").has("c1.outcome@hub.example") is None
