-- The views of one workspace. Change anything here and raise SCHEMA in store.py: the file is made anew.
CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1), schema INTEGER, journal TEXT, seq INTEGER, leaf BLOB,
    indexed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), state TEXT) STRICT;

CREATE TABLE channel (name TEXT PRIMARY KEY, description TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE participant (name TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE subscription (
    participant TEXT NOT NULL, channel TEXT NOT NULL, wake TEXT NOT NULL, read_through INTEGER NOT NULL,
    PRIMARY KEY (participant, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    seq INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT,
    title TEXT,
    thread INTEGER,
    cause INTEGER,
    root INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    mentions TEXT NOT NULL,
    post_type TEXT,
    tier INTEGER NOT NULL,
    epoch INTEGER,
    pinned INTEGER NOT NULL DEFAULT 0,
    resolved INTEGER NOT NULL DEFAULT 0,
    closed INTEGER,
    resolution TEXT,
    edited_at INTEGER,
    attachments TEXT,
    names TEXT
) STRICT;
CREATE INDEX message_channel ON message (channel, seq);
CREATE INDEX message_thread ON message (thread) WHERE thread IS NOT NULL;
CREATE INDEX message_epoch ON message (author, epoch) WHERE epoch IS NOT NULL;
CREATE INDEX message_pinned ON message (channel, seq) WHERE pinned;

-- Which message names which content. `message.attachments` has the list as the message's text has it, and
-- `message.names` what its files are called, a line each, for the search.
CREATE TABLE attachment (
    message INTEGER NOT NULL, sha256 TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (message, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_content ON attachment (sha256, message);

-- Who has said something where: asked for whoever is limited to some channels.
CREATE TABLE speaker (channel TEXT NOT NULL, author TEXT NOT NULL, PRIMARY KEY (channel, author)) STRICT, WITHOUT ROWID;

-- What an edited message said before and since: one row for each entry that holds its words.
CREATE TABLE wording (
    seq INTEGER PRIMARY KEY, message INTEGER NOT NULL, at INTEGER NOT NULL, title TEXT, body TEXT
) STRICT;
CREATE INDEX wording_message ON wording (message, seq);

-- Search. The words themselves stay in `message`. The index trails it up to `meta.indexed`: making it costs several
-- times what a post does, so it is made beside the posts, and at the latest when somebody searches.
CREATE VIRTUAL TABLE message_text USING fts5 (
    title, body, names, content = 'message', content_rowid = 'seq', tokenize = "unicode61 remove_diacritics 2"
);
CREATE TRIGGER message_reworded AFTER UPDATE OF title, body, names ON message
 WHEN old.seq <= (SELECT indexed FROM meta) BEGIN
    INSERT INTO message_text (message_text, rowid, title, body, names)
     SELECT 'delete', old.seq, old.title, old.body, old.names WHERE old.body IS NOT NULL;
    INSERT INTO message_text (rowid, title, body, names)
     SELECT new.seq, new.title, new.body, new.names WHERE new.body IS NOT NULL;
END;

-- Whom a message woke, and what came of it.
CREATE TABLE charge (
    message INTEGER NOT NULL, agent TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
    status TEXT NOT NULL, turn INTEGER, error TEXT, settled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (message, agent)
) STRICT, WITHOUT ROWID;
CREATE INDEX charge_open ON charge (agent, message) WHERE NOT settled;

CREATE TABLE proposal (
    id INTEGER PRIMARY KEY, quorum INTEGER NOT NULL, replaces INTEGER, outcome TEXT, settled_at INTEGER,
    replaced_by INTEGER
) STRICT;
CREATE TABLE vote (
    proposal INTEGER NOT NULL, participant TEXT NOT NULL, choice TEXT NOT NULL, reply INTEGER NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (proposal, participant)
) STRICT, WITHOUT ROWID;

CREATE TABLE client_key (
    participant TEXT NOT NULL, operation TEXT NOT NULL, key TEXT NOT NULL,
    params TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (participant, operation, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE approval (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    tier INTEGER NOT NULL,
    digest TEXT NOT NULL,
    root INTEGER NOT NULL,
    status TEXT NOT NULL,
    decision INTEGER,
    decided_by TEXT,
    decided_at INTEGER,
    reason TEXT,
    via TEXT,
    expires INTEGER
) STRICT;
CREATE INDEX approval_status ON approval (status, id);
CREATE INDEX approval_asked ON approval (asked_by, decision);

CREATE TABLE turn (
    id INTEGER PRIMARY KEY,
    agent TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    supervisor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT NOT NULL,
    error TEXT,
    through TEXT NOT NULL,
    woken_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX turn_epoch ON turn (agent, epoch);
