-- Why a photo was shown, not in English only: the phrases of the reason as JSON, empty for what was shown before.

ALTER TABLE history ADD COLUMN phrases TEXT NOT NULL DEFAULT '[]';
