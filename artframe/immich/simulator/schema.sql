-- What the embedded Immich remembers. Points in time are microseconds since 1970 (UTC); JSON columns hold what is sent as it is.
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS user (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, password TEXT NOT NULL, admin INTEGER NOT NULL,
    avatar TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, quota INTEGER, usage INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE, secret TEXT NOT NULL UNIQUE, created INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS api_key (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE, secret TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    permissions TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS library (
    id TEXT PRIMARY KEY, owner_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE, name TEXT NOT NULL, paths TEXT NOT NULL,
    exclusions TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, refreshed INTEGER
);
CREATE TABLE IF NOT EXISTS stack (
    id TEXT PRIMARY KEY, owner_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE, primary_id TEXT NOT NULL,
    created INTEGER NOT NULL, updated INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS asset (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
    library_id TEXT REFERENCES library ON DELETE CASCADE,
    kind TEXT NOT NULL,                             -- IMAGE or VIDEO
    file TEXT NOT NULL,                             -- the original, relative to the media folder (libraries: absolute)
    tail BLOB NOT NULL DEFAULT x'',                 -- bytes after the file's own: thousands of different assets share one file
    path TEXT NOT NULL,                             -- what the API calls originalPath
    name TEXT NOT NULL,                             -- originalFileName, stored verbatim
    mime TEXT NOT NULL,
    checksum BLOB NOT NULL,
    size INTEGER NOT NULL,
    created INTEGER NOT NULL,
    file_created INTEGER NOT NULL,
    file_modified INTEGER NOT NULL,
    local INTEGER NOT NULL,                         -- localDateTime: wall clock, written as if it were UTC
    updated INTEGER NOT NULL,
    favourite INTEGER NOT NULL DEFAULT 0,
    visibility TEXT NOT NULL DEFAULT 'timeline',
    status TEXT NOT NULL DEFAULT 'active',          -- active, trashed, deleted (waits for the background job)
    deleted INTEGER,                                -- when it went to the trash
    offline INTEGER NOT NULL DEFAULT 0,
    duration INTEGER,                               -- milliseconds
    live_id TEXT,
    width INTEGER,                                  -- as displayed, after rotation and edits
    height INTEGER,
    thumbhash TEXT,
    renditions TEXT NOT NULL DEFAULT 'waiting',     -- waiting (for the job), ready (made when first asked for), impossible
    extracted INTEGER NOT NULL DEFAULT 0,
    has_exif INTEGER NOT NULL DEFAULT 1,            -- 0: no row in asset_exif yet, invisible to withExif listings
    exif TEXT NOT NULL DEFAULT '{}',
    description TEXT NOT NULL DEFAULT '',
    rating INTEGER,
    device_asset TEXT NOT NULL DEFAULT '',
    device TEXT NOT NULL DEFAULT '',
    stack_id TEXT REFERENCES stack ON DELETE SET NULL,
    edits TEXT NOT NULL DEFAULT '[]',
    sidecar TEXT                                    -- the .xmp, relative like file
);
CREATE UNIQUE INDEX IF NOT EXISTS asset_content ON asset (owner_id, checksum) WHERE library_id IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS asset_library_content ON asset (owner_id, library_id, checksum) WHERE library_id IS NOT NULL;
-- the bulk check looks for the paths of external files too, which the two above cannot serve
CREATE INDEX IF NOT EXISTS asset_checksum ON asset (owner_id, checksum);
-- listings skip to their page in this index alone, without touching the rows in between
CREATE INDEX IF NOT EXISTS asset_time ON asset (owner_id, visibility, deleted, file_created, id);
CREATE INDEX IF NOT EXISTS asset_updated ON asset (owner_id, updated);
CREATE INDEX IF NOT EXISTS asset_live ON asset (live_id) WHERE live_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS asset_stack ON asset (stack_id);
CREATE INDEX IF NOT EXISTS asset_file ON asset (file);
CREATE TABLE IF NOT EXISTS album (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, thumbnail TEXT REFERENCES asset (id) ON DELETE SET NULL,
    activity INTEGER NOT NULL DEFAULT 1, sort TEXT NOT NULL DEFAULT 'desc', created INTEGER NOT NULL, updated INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS album_asset (
    album_id TEXT NOT NULL REFERENCES album ON DELETE CASCADE, asset_id TEXT NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    PRIMARY KEY (album_id, asset_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS album_asset_back ON album_asset (asset_id);
CREATE INDEX IF NOT EXISTS album_thumbnail ON album (thumbnail);
CREATE TABLE IF NOT EXISTS album_user (
    album_id TEXT NOT NULL REFERENCES album ON DELETE CASCADE, user_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
    role TEXT NOT NULL, added INTEGER NOT NULL, PRIMARY KEY (album_id, user_id)
);
CREATE INDEX IF NOT EXISTS album_user_back ON album_user (user_id);
CREATE TABLE IF NOT EXISTS partner (
    by_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE, with_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
    in_timeline INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (by_id, with_id)
);
CREATE TABLE IF NOT EXISTS tag (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE, parent_id TEXT REFERENCES tag ON DELETE CASCADE,
    value TEXT NOT NULL, color TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL, UNIQUE (user_id, value)
);
CREATE TABLE IF NOT EXISTS tag_asset (
    tag_id TEXT NOT NULL REFERENCES tag ON DELETE CASCADE, asset_id TEXT NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, asset_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tag_asset_back ON tag_asset (asset_id);
CREATE TABLE IF NOT EXISTS person (
    id TEXT PRIMARY KEY, owner_id TEXT NOT NULL REFERENCES user ON DELETE CASCADE, name TEXT NOT NULL, birth_date TEXT,
    hidden INTEGER NOT NULL DEFAULT 0, favourite INTEGER NOT NULL DEFAULT 0, color TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS face (
    id TEXT PRIMARY KEY, asset_id TEXT NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
    person_id TEXT REFERENCES person ON DELETE SET NULL, x1 INTEGER NOT NULL, y1 INTEGER NOT NULL, x2 INTEGER NOT NULL, y2 INTEGER NOT NULL,
    image_width INTEGER NOT NULL, image_height INTEGER NOT NULL, source TEXT NOT NULL, deleted INTEGER
);
CREATE INDEX IF NOT EXISTS face_asset ON face (asset_id);
CREATE INDEX IF NOT EXISTS face_person ON face (person_id);
CREATE TABLE IF NOT EXISTS asset_note (
    asset_id TEXT NOT NULL REFERENCES asset (id) ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL, updated INTEGER NOT NULL,
    PRIMARY KEY (asset_id, key)
);
