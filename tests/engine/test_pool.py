"""The pool: one worker that inspects, and a warm spare."""

import os

import psutil
import pytest

from builder.engine.messages import Failed, LogLine, Ready, Train
from builder.engine.pool import Pool
from tests.engine.listening import Listener
from tests.patience import until


@pytest.mark.keras
@pytest.mark.slow
def test_the_pool_keeps_a_warm_spare_behind_the_inspector() -> None:
    pool, listener, trainer_says = Pool(), Listener(), Listener()
    inspector = pool.start_inspector(listener)
    listener.wait(Ready)
    until(lambda: pool.spare is not None and pool.spare.pid is not None)
    trainer = pool.take_trainer(trainer_says)
    trainer_says.wait(Ready)
    assert trainer.pid not in (None, inspector.pid)
    if os.name != "nt":
        own = psutil.Process().nice()
        assert psutil.Process(trainer.pid).nice() == min(own + 5, 19)
        assert psutil.Process(inspector.pid).nice() == own
    while "Warm after" not in trainer_says.wait(LogLine).text:
        pass
    trainer.send(Train(1, "no such folder"))
    assert trainer_says.wait(Failed).id == 1
    until(lambda: pool.spare is not None and pool.spare.pid is not None)
    spare = pool.spare
    pool.stop()
    assert spare is not None
    assert not spare.alive
    assert trainer.alive
    trainer.stop()
    inspector.stop()


def test_a_pool_without_a_spare_starts_a_trainer() -> None:
    pool, listener = Pool(), Listener()
    trainer = pool.take_trainer(listener)
    assert trainer.alive
    trainer.stop()
    pool.stop()
    pool.prepare()
    assert pool.spare is None
