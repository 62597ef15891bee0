-- What each source keeps on this frame. The photos table has one row per listed photo; whether its file is here, and
-- which one, is said by columns that change in the same commit, so that no two of them can contradict each other.

CREATE TABLE sources (
    instance    TEXT PRIMARY KEY,
    folder      TEXT NOT NULL,              -- where the files lie; absolute, renewed at each start
    scope       TEXT,                       -- what the last complete listing listed (NULL: there was none yet)
    last_sync   INTEGER,                    -- microseconds UTC of the last complete sync
    sync_count  INTEGER NOT NULL DEFAULT 0,
    held        TEXT,                       -- JSON: a listing that lost too much, and waits for a person
    confirmed   TEXT                        -- digest of the loss that the person confirmed
) WITHOUT ROWID;

CREATE TABLE photos (
    key           INTEGER PRIMARY KEY,      -- ours; names the .part file and the bit in a listing's bitmap
    source        TEXT NOT NULL,
    id            TEXT NOT NULL,            -- the source's own
    -- as the newest listing has it
    listed        TEXT NOT NULL,            -- JSON of every field of Photo
    version       TEXT NOT NULL,
    sha1          TEXT,
    size          INTEGER,
    moment        INTEGER NOT NULL,         -- microseconds UTC of the date taken; undated photos count as the oldest
    -- what lies in the folder
    file_name     TEXT,                     -- reserved before the first byte comes, kept while evicted
    local_version TEXT,                     -- NULL: no complete file is here
    local_sha1    TEXT,
    bytes         INTEGER,
    mtime_ns      INTEGER,                  -- with bytes: how a file that somebody else changed is noticed by stat alone
    fetched_at    INTEGER,                  -- microseconds UTC
    adopted       INTEGER NOT NULL DEFAULT 0, -- 1: found in the folder after the database was lost, not yet attributed
    evicted       INTEGER NOT NULL DEFAULT 0, -- 1: was here, made room for others
    -- what is being put into the folder right now
    pending_name  TEXT,
    pending_sha1  TEXT,
    -- troubles
    failures      INTEGER NOT NULL DEFAULT 0,
    problem       TEXT,
    unshowable    TEXT,                     -- why this local version cannot be decoded
    showable      INTEGER GENERATED ALWAYS AS (local_version IS NOT NULL AND unshowable IS NULL) VIRTUAL,
    -- showing
    last_shown    INTEGER,                  -- microseconds UTC
    times_shown   INTEGER NOT NULL DEFAULT 0,
    round         INTEGER NOT NULL,         -- the round of the shuffle in which this photo is due
    shuffle_key   INTEGER NOT NULL,         -- its random place in that round
    UNIQUE (source, id)
);

-- The next photo of a shuffle is the first entry of this index; so is the end of a round.
CREATE INDEX photos_shuffle ON photos (source, round, shuffle_key) WHERE showable;
-- Sequential, newest and oldest walk this one from where they stand.
CREATE INDEX photos_by_date ON photos (source, moment, id) WHERE showable;
-- Which photo was not seen for the longest time, to make room.
CREATE INDEX photos_by_last_shown ON photos (source, last_shown) WHERE local_version IS NOT NULL;
-- What is still to be fetched, and what an interrupted placement left open.
CREATE INDEX photos_open ON photos (source, key) WHERE local_version IS NULL OR local_version <> version
    OR pending_name IS NOT NULL OR pending_sha1 IS NOT NULL;
CREATE INDEX photos_adopted ON photos (source, local_sha1) WHERE adopted;

-- Every name in the folder that is ours. A name is written here (durably) before a file can appear under it and struck
-- out only after the file is gone: whatever else lies in the folder belongs to a person and is never touched.
CREATE TABLE files (
    source  TEXT NOT NULL,
    name    TEXT NOT NULL,
    folded  TEXT NOT NULL,                  -- case folded: two names that differ in case only are twins on some disks
    photo   INTEGER NOT NULL,
    sha1    TEXT,                           -- of what we put there; NULL until then
    PRIMARY KEY (source, name)
) WITHOUT ROWID;
CREATE UNIQUE INDEX files_folded ON files (source, folded);
CREATE INDEX files_photo ON files (photo);

-- How many photos are due in which round: kept by triggers, so that "12 of 40" costs no counting.
CREATE TABLE tallies (
    source  TEXT NOT NULL,
    round   INTEGER NOT NULL,
    photos  INTEGER NOT NULL,
    PRIMARY KEY (source, round)
) WITHOUT ROWID;

CREATE TRIGGER photos_tally_insert AFTER INSERT ON photos WHEN NEW.showable BEGIN
    INSERT INTO tallies VALUES (NEW.source, NEW.round, 1)
        ON CONFLICT DO UPDATE SET photos = photos + 1;
END;
CREATE TRIGGER photos_tally_delete AFTER DELETE ON photos WHEN OLD.showable BEGIN
    UPDATE tallies SET photos = photos - 1 WHERE source = OLD.source AND round = OLD.round;
    DELETE FROM tallies WHERE source = OLD.source AND round = OLD.round AND photos <= 0;
END;
CREATE TRIGGER photos_tally_update AFTER UPDATE ON photos
    WHEN OLD.showable <> NEW.showable OR OLD.round <> NEW.round BEGIN
    UPDATE tallies SET photos = photos - 1 WHERE OLD.showable AND source = OLD.source AND round = OLD.round;
    DELETE FROM tallies WHERE source = OLD.source AND round = OLD.round AND photos <= 0;
    INSERT INTO tallies SELECT NEW.source, NEW.round, 1 WHERE NEW.showable
        ON CONFLICT DO UPDATE SET photos = photos + 1;
END;

-- What was on the screen, the newest 200.
CREATE TABLE history (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    source  TEXT NOT NULL,
    id      TEXT NOT NULL,
    shown   INTEGER NOT NULL,
    reason  TEXT NOT NULL
);

-- Where each source's walk by date stands, and (newest first) how new the newest was when it started.
CREATE TABLE cursors (
    source      TEXT NOT NULL,
    selection   TEXT NOT NULL,
    moment      INTEGER NOT NULL,
    id          TEXT NOT NULL,
    top_moment  INTEGER NOT NULL,
    top_id      TEXT NOT NULL,
    PRIMARY KEY (source, selection)
) WITHOUT ROWID;
