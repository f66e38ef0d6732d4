"""From rows to what is shown."""

from typing import Any

import orjson

from chatbox.domain.attachments import shown
from chatbox.domain.shown import ApprovalView, MessageView, ProposalView, TurnView

Row = tuple[Any, ...]

MESSAGE = """
SELECT m.seq, m.channel, m.position, m.kind, m.author, p.kind, m.at, m.body, m.title, m.thread, m.cause, m.root,
 m.depth, m.mentions, m.post_type, m.tier, m.epoch,
 (SELECT count(*) FROM message r WHERE r.thread = m.seq) AS replies,
 m.pinned, m.resolved, m.closed, m.resolution, m.edited_at,
 CASE WHEN m.post_type = 'proposal' THEN (
  SELECT json_object('quorum', q.quorum, 'outcome', q.outcome, 'settled_at', q.settled_at, 'replaces', q.replaces,
   'replaced_by', q.replaced_by, 'votes', (
    SELECT json_group_array(json_object('participant', v.participant, 'choice', v.choice, 'reply', v.reply))
     FROM (SELECT * FROM vote WHERE proposal = q.id ORDER BY at, participant) v))
  FROM proposal q WHERE q.id = m.seq) END, m.attachments
 FROM message m JOIN participant p ON p.name = m.author
"""
APPROVAL = """
SELECT a.id, a.channel, a.asked_by, a.asked_at, a.tier, m.title, m.body, a.digest, a.status, a.decided_by,
 a.decided_at, a.reason, a.via, a.expires, m.attachments FROM approval a JOIN message m ON m.seq = a.id
"""
TURN = """
SELECT id, agent, epoch, attempt, supervisor, started_at, ended_at, outcome, error, through, woken_by FROM turn
"""


def message(row: Row) -> MessageView:
    """One row of `MESSAGE`."""
    return MessageView(
        id=row[0],
        channel=row[1],
        position=row[2],
        kind=row[3],
        author=row[4],
        author_kind=row[5],
        at=row[6],
        body=row[7],
        title=row[8],
        thread=row[9],
        cause=row[10],
        root=row[11],
        depth=row[12],
        mentions=orjson.loads(row[13]),
        post_type=row[14],
        tier=row[15],
        epoch=row[16],
        replies=row[17],
        pinned=bool(row[18]),
        resolved=bool(row[19]),
        closed=row[20] is not None,
        resolution=row[21],
        edited_at=row[22],
        proposal=ProposalView.model_validate_json(row[23]) if row[23] else None,
        attachments=shown(row[24]),
    )


def approval(row: Row) -> ApprovalView:
    """One row of `APPROVAL`."""
    fields = dict(zip(ApprovalView.model_fields, (*row, False), strict=True))
    fields["attachments"] = shown(fields["attachments"])
    return ApprovalView(**fields)


def turn(row: Row) -> TurnView:
    """One row of `TURN`."""
    fields = dict(zip(TurnView.model_fields, (*row, False), strict=True))
    fields["through"] = orjson.loads(fields["through"])
    fields["woken_by"] = orjson.loads(fields["woken_by"])
    return TurnView(**fields)
