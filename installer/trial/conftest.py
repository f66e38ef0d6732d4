"""A machine for the whole trial, and what a test asks of it at its beginning."""

import os
from collections.abc import Iterator

import pytest

from installer.build import build
from installer.making.places import setup_file, version
from installer.making.wine import Chroot, Prefix, entered, screen
from installer.trial.machine import Machine

OLD = version()
NEW = "99.0.0"
"""The same sources under another number, to upgrade to."""


@pytest.fixture(scope="session")
def chroot() -> Iterator[Chroot]:
    with entered() as found, screen(found):
        yield found


@pytest.fixture(scope="session")
def setups(chroot: Chroot) -> None:
    """Setup of both versions. `CHATBOX_TRIAL_KEEP=1` takes those that are there, to try the same again."""
    if os.environ.get("CHATBOX_TRIAL_KEEP") and all(setup_file(one).exists() for one in (OLD, NEW)):
        return
    prefix = Prefix(chroot, "building").made()
    for one in (NEW, OLD):
        # What is shipped is packed tightly; the other only serves to be upgraded to.
        build(of=one, runtime=None, sign="", quick=one == NEW, prefix=prefix)
    prefix.off()


@pytest.fixture(scope="session")
def machine(chroot: Chroot, setups: None) -> Iterator[Machine]:
    prefix = Prefix(chroot, "trial").made(anew=True)
    yield Machine(prefix)
    prefix.off()


@pytest.fixture
def bare(machine: Machine) -> Machine:
    """Nothing of ChatBox is there."""
    if machine.is_installed:
        machine.uninstall("/PURGE")
    assert not machine.data.exists()
    return machine


@pytest.fixture
def installed(machine: Machine) -> Machine:
    """The old version runs, with the trial's usual choices."""
    if not (machine.is_installed and machine.answers(OLD)):
        if machine.is_installed:
            machine.uninstall("/PURGE")
        code, log = machine.setup(OLD)
        assert code == 0, log[-3000:]
    return machine
