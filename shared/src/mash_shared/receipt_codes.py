"""The codes of the receipts that agencies get: what each means, and how it is mended (0069).

The page for whoever writes an agency's program is made of this table, and a test of the gateway
holds that it has exactly the codes that its refusals give.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mash_shared.messages.agency_receipt import Became


@dataclass(frozen=True, slots=True)
class Code:
    """A code: what becomes of the record, why, and what its agency does about it."""

    became: Became
    meaning: str
    mend: str


CODES: Mapping[str, Code] = {
    "no_professional": Code(
        "returned",
        "The reply does not say who answers for the agency, or not what they are.",
        "Send the whole reply again with `designated_professional`, under the same `reply_id`.",
    ),
    "no_facts": Code(
        "returned",
        "Information came without a fact.",
        "Send the whole reply again with its facts, or the state `nothing_known`.",
    ),
    "no_analysis": Code(
        "returned",
        "Facts came without an analysis: what they mean for the children.",
        "Send the whole reply again, with what was lacking, under the same `reply_id`.",
    ),
    "fact_id_twice": Code(
        "returned",
        "Two facts of one reply have the same `fact_id`.",
        "Give each fact of the reply an id of its own, and send it again.",
    ),
    "unknown_child": Code(
        "returned",
        "A fact is about a child whom the request does not name.",
        "Copy the `child_id` from the request whose hash the reply quotes, and send it again.",
    ),
    "no_reason": Code(
        "returned",
        "A request was declined without a reason.",
        "Send the reply again with its reason, under the same `reply_id`.",
    ),
    "facts_out_of_place": Code(
        "returned",
        "Facts came with a state that says there are none to tell.",
        "Send the state `information` with an analysis, or leave the facts out.",
    ),
    "answered_already": Code(
        "returned",
        "`unavailable` came after an answer, and replaces none.",
        "Nothing, if the answer holds; else send what is right as a correction.",
    ),
    "taken_back": Code(
        "taken_back",
        "The request had been taken back before it was answered; nothing was passed on.",
        "Nothing; strike what you still hold for this request, and read cancellations first.",
    ),
    "contract": Code(
        "parked",
        "The record is not what its topic promises: its headers, key, lane or body.",
        "See `pointer` and `reason`, mend the program, and send the reply again as a new record.",
    ),
    "other_request": Code(
        "parked",
        "What the reply repeats of its request is not what the request says.",
        "Copy those fields from the request; never take them from another place. Ring the hub: "
        "somebody may have been told of another child.",
    ),
    "never_asked": Code(
        "parked",
        "The reply names a request that this agency was never sent.",
        "Copy `request_id` from the request. Ring the hub: it may belong to another case.",
    ),
    "reply_changed": Code(
        "returned",
        "Another answer came under a `reply_id` that was taken before.",
        "Send what is put right under a `reply_id` of its own.",
    ),
    "id_reused": Code(
        "returned",
        "Another record came under a `ce_id` that was taken before.",
        "Repeat a record byte by byte; give anything else a `ce_id` of its own.",
    ),
    "another_council": Code(
        "parked",
        "The body names another council than the case is of.",
        "Copy `council` from the request.",
    ),
    "erased": Code(
        "parked",
        "The contact was erased; nothing is taken in about it any more.",
        "Nothing; strike what you still hold for this request.",
    ),
    "nothing_taken": Code(
        "parked",
        "This council takes nothing of the kind by your gateway.",
        "Tell it by the council's usual way, and ring the hub.",
    ),
    "said_otherwise": Code(
        "parked",
        "Something else came under a number under which something was told before.",
        "Send what is put right under a number of its own.",
    ),
    "full": Code(
        "parked",
        "What the hub keeps of this request cannot take in more of this size.",
        "Send less: one reply for a request, and no more corrections than needed. Ring the hub.",
    ),
    "failed": Code(
        "parked",
        "The hub could not handle the record, by a fault of its own.",
        "Nothing; the hub takes it again once that is mended. Ring the hub if time is short.",
    ),
}
