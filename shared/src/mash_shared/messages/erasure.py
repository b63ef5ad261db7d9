"""That a contact is erased, and that each process has forgotten it."""

from typing import ClassVar

from mash_shared.messages import ContactMessage, Id, PersonalData


class ContactErased(ContactMessage):
    """Two people erased a contact: whoever keeps something of it keeps a stub instead.

    Each process says by `contact.forgotten` when it has; after the last of them the key is
    destroyed without which no backup can be read.
    """

    topic: ClassVar = "contact.erased.v1"
    owner: ClassVar = "intake"
    consumers: ClassVar = ("enquiry", "agency-gateway", "decision", "notify", "ops")
    personal_data: ClassVar = PersonalData.NONE
    laned: ClassVar = False


class ContactForgotten(ContactMessage):
    """A process has replaced all that it kept of an erased contact by stubs."""

    topic: ClassVar = "contact.forgotten.{process}.v1"
    owner: ClassVar = "every process"
    consumers: ClassVar = ("intake",)
    personal_data: ClassVar = PersonalData.NONE
    laned: ClassVar = False
    partitions: ClassVar = 1

    process: Id

    @property
    def agency(self) -> str:
        """The agency whose gateway says it, empty for others: a sender is held to its own."""
        return self.process.partition(".")[2]
