-- Photos that a person hid on this frame. They stay here and are kept in step like all others, but never shown: so
-- "is here and can be decoded" (intact) and "may be chosen" (showable) are two things from now on.

DROP INDEX photos_shuffle;
DROP INDEX photos_by_date;
DROP TRIGGER photos_tally_insert;
DROP TRIGGER photos_tally_delete;
DROP TRIGGER photos_tally_update;
ALTER TABLE photos DROP COLUMN showable;
ALTER TABLE photos ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0; -- 1: follows from the table hidden, by triggers
ALTER TABLE photos ADD COLUMN intact INTEGER
    GENERATED ALWAYS AS (local_version IS NOT NULL AND unshowable IS NULL) VIRTUAL;
ALTER TABLE photos ADD COLUMN showable INTEGER GENERATED ALWAYS AS (intact AND NOT hidden) VIRTUAL;

-- The next photo of a shuffle is the first entry of this index; so is the end of a round.
CREATE INDEX photos_shuffle ON photos (source, round, shuffle_key) WHERE showable;
-- Sequential, newest and oldest walk this one from where they stand, and so does whoever wants all that is here.
CREATE INDEX photos_by_date ON photos (source, moment, id) WHERE intact;
CREATE INDEX photos_hidden ON photos (source) WHERE hidden;

-- What is hidden, whether the photo is listed at the moment or not. The truth is state/hidden.json, which survives this
-- database; only rows are added and deleted here, the triggers do the rest.
CREATE TABLE hidden (
    source    TEXT NOT NULL,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,                -- for people
    file_name TEXT,                         -- for the time after the database was lost, when the files have no ids yet
    hidden_at INTEGER NOT NULL,             -- microseconds UTC
    PRIMARY KEY (source, id)
) WITHOUT ROWID;

CREATE TRIGGER hidden_insert AFTER INSERT ON hidden BEGIN
    UPDATE photos SET hidden = 1 WHERE source = NEW.source AND id = NEW.id;
    UPDATE photos SET hidden = 1 WHERE source = NEW.source AND adopted AND file_name = NEW.file_name;
    -- It was hidden while it had no id yet.
    UPDATE photos SET hidden = 1 WHERE NEW.id = 'file:' || NEW.file_name
        AND key = (SELECT photo FROM files WHERE source = NEW.source AND name = NEW.file_name);
END;
CREATE TRIGGER hidden_delete AFTER DELETE ON hidden BEGIN
    UPDATE photos SET hidden = 0 WHERE source = OLD.source AND id = OLD.id;
    UPDATE photos SET hidden = 0 WHERE source = OLD.source AND adopted AND file_name = OLD.file_name;
    UPDATE photos SET hidden = 0 WHERE OLD.id = 'file:' || OLD.file_name
        AND key = (SELECT photo FROM files WHERE source = OLD.source AND name = OLD.file_name);
END;

CREATE TRIGGER photos_insert AFTER INSERT ON photos BEGIN
    INSERT INTO tallies SELECT NEW.source, NEW.round, 1 WHERE NEW.showable
        ON CONFLICT DO UPDATE SET photos = photos + 1;
    UPDATE photos SET hidden = 1 WHERE key = NEW.key AND (
        EXISTS (SELECT 1 FROM hidden WHERE source = NEW.source AND id = NEW.id)
        OR (NEW.adopted AND EXISTS (SELECT 1 FROM hidden WHERE source = NEW.source AND file_name = NEW.file_name)));
END;
-- A file that nobody knew turned out to be this photo.
CREATE TRIGGER photos_named AFTER UPDATE OF id ON photos WHEN OLD.id <> NEW.id BEGIN
    UPDATE photos SET hidden = EXISTS (
        SELECT 1 FROM hidden WHERE source = NEW.source AND id IN (NEW.id, 'file:' || NEW.file_name)
    ) WHERE key = NEW.key;
END;
CREATE TRIGGER photos_tally_delete AFTER DELETE ON photos WHEN OLD.showable BEGIN
    UPDATE tallies SET photos = photos - 1 WHERE source = OLD.source AND round = OLD.round;
    DELETE FROM tallies WHERE source = OLD.source AND round = OLD.round AND photos <= 0;
END;
CREATE TRIGGER photos_tally_update AFTER UPDATE ON photos
    WHEN OLD.showable <> NEW.showable OR OLD.round <> NEW.round BEGIN
    UPDATE tallies SET photos = photos - 1 WHERE OLD.showable AND source = OLD.source AND round = OLD.round;
    DELETE FROM tallies WHERE source = OLD.source AND round = OLD.round AND photos <= 0;
    -- A photo that comes back (fetched again, mended, shown again) joins the present round, or the next one if it was
    -- seen in the present one: with an older number it would come again and again until it has caught up.
    UPDATE photos SET round = (SELECT max(min(tallies.round), min(NEW.round, min(tallies.round) + 1))
            FROM tallies WHERE source = NEW.source)
        WHERE key = NEW.key AND NEW.showable AND NOT OLD.showable
        AND EXISTS (SELECT 1 FROM tallies WHERE source = NEW.source);
    INSERT INTO tallies SELECT source, round, 1 FROM photos WHERE key = NEW.key AND showable
        ON CONFLICT DO UPDATE SET photos = photos + 1;
END;

-- What was shown stays known by name when the photo itself is gone.
ALTER TABLE history ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE history SET name = coalesce(
    (SELECT json_extract(listed, '$.name') FROM photos WHERE source = history.source AND id = history.id), '');
