// SPDX-License-Identifier: AGPL-3.0-or-later
// A year is closed: its statement has a number and does not change, and neither do the hours in it.
import type { Migration } from '../migrate.ts'

export const closeYears: Migration = {
  name: '202611292145-close-years',
  sql: `
CREATE TABLE hours_years (
  from_day TEXT NOT NULL, -- internal
  until_day TEXT NOT NULL CHECK (until_day > from_day), -- internal
  is_valued INTEGER NOT NULL DEFAULT 1 CHECK (is_valued IN (0, 1)), -- internal
  why TEXT NOT NULL DEFAULT '' CHECK (length(why) <= 1000), -- internal
  method_note TEXT NOT NULL DEFAULT '' CHECK (length(method_note) <= 2000), -- internal
  debit_account TEXT NOT NULL CHECK (length(debit_account) <= 12), -- internal
  credit_account TEXT NOT NULL CHECK (length(credit_account) <= 12), -- internal
  budget_cents INTEGER CHECK (budget_cents >= 0), -- internal
  subsidies_cents INTEGER CHECK (subsidies_cents >= 0), -- internal
  others_cents INTEGER CHECK (others_cents >= 0), -- internal
  updated_at TEXT NOT NULL, -- internal
  PRIMARY KEY (from_day, until_day)
) STRICT;

CREATE TABLE hours_statements (
  id TEXT PRIMARY KEY, -- internal
  number INTEGER UNIQUE, -- internal
  from_day TEXT NOT NULL, -- internal
  until_day TEXT NOT NULL CHECK (until_day > from_day), -- internal
  state TEXT NOT NULL CHECK (state IN ('closing', 'closed')), -- internal
  is_in_force INTEGER NOT NULL CHECK (is_in_force IN (0, 1)), -- internal
  reverses_id TEXT UNIQUE REFERENCES hours_statements (id), -- internal
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 500), -- internal
  next_day TEXT NOT NULL, -- internal
  next_person TEXT NOT NULL DEFAULT '', -- internal
  people INTEGER NOT NULL DEFAULT 0, -- internal
  currency TEXT NOT NULL CHECK (currency IN ('EUR', 'CAD')), -- internal
  is_valued INTEGER NOT NULL CHECK (is_valued IN (0, 1)), -- internal
  why TEXT NOT NULL, -- internal
  method_note TEXT NOT NULL, -- internal
  debit_account TEXT NOT NULL, -- internal
  credit_account TEXT NOT NULL, -- internal
  budget_cents INTEGER, -- internal
  subsidies_cents INTEGER, -- internal
  others_cents INTEGER, -- internal
  created_at TEXT NOT NULL, -- internal
  created_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  closed_at TEXT, -- internal
  posted_at TEXT, -- internal
  posted_by TEXT REFERENCES people (id) ON DELETE SET NULL, -- personal
  posted_as TEXT NOT NULL DEFAULT '' CHECK (length(posted_as) <= 80), -- internal
  CHECK ((state = 'closed') = (number IS NOT NULL))
) STRICT;
CREATE INDEX hours_statements_in_force ON hours_statements (from_day, until_day) WHERE is_in_force = 1;
CREATE INDEX hours_statements_created_by ON hours_statements (created_by);
CREATE INDEX hours_statements_posted_by ON hours_statements (posted_by);

CREATE TABLE hours_statement_lines (
  statement_id TEXT NOT NULL REFERENCES hours_statements (id), -- internal
  category_id TEXT NOT NULL REFERENCES hours_categories (id), -- internal
  level_id TEXT REFERENCES hours_levels (id), -- internal
  cents_per_hour INTEGER, -- internal
  category_label TEXT NOT NULL DEFAULT '{}', -- internal
  level_label TEXT, -- internal
  is_valued INTEGER NOT NULL CHECK (is_valued IN (0, 1)), -- internal
  basis TEXT NOT NULL DEFAULT '{}', -- internal
  entries INTEGER NOT NULL, -- internal
  minutes INTEGER NOT NULL, -- internal
  cents INTEGER -- internal
) STRICT;
CREATE UNIQUE INDEX hours_statement_lines_one ON hours_statement_lines
  (statement_id, category_id, coalesce(level_id, ''), coalesce(cents_per_hour, -1));

CREATE TRIGGER hours_entries_frozen_insert BEFORE INSERT ON hours_entries
WHEN NEW.state = 'approved'
  AND EXISTS (SELECT 1 FROM hours_statements s WHERE s.is_in_force = 1 AND NEW.worked_on BETWEEN s.from_day AND s.until_day)
  AND NOT EXISTS (SELECT 1 FROM instance_facts WHERE key = 'hours being erased')
BEGIN
  SELECT RAISE(ABORT, 'hours of a closed year do not change');
END;

CREATE TRIGGER hours_entries_frozen_update
BEFORE UPDATE OF person_id, worked_on, minutes, category_id, level_id, state, reverses_id ON hours_entries
WHEN (OLD.state = 'approved' OR NEW.state = 'approved')
  AND EXISTS (SELECT 1 FROM hours_statements s WHERE s.is_in_force = 1
    AND (OLD.worked_on BETWEEN s.from_day AND s.until_day OR NEW.worked_on BETWEEN s.from_day AND s.until_day))
BEGIN
  SELECT RAISE(ABORT, 'hours of a closed year do not change');
END;

CREATE TRIGGER hours_entries_frozen_delete BEFORE DELETE ON hours_entries
WHEN OLD.state = 'approved'
  AND EXISTS (SELECT 1 FROM hours_statements s WHERE s.is_in_force = 1 AND OLD.worked_on BETWEEN s.from_day AND s.until_day)
  AND NOT EXISTS (SELECT 1 FROM instance_facts WHERE key = 'hours being erased')
BEGIN
  SELECT RAISE(ABORT, 'hours of a closed year do not change');
END;

CREATE TRIGGER hours_statements_once BEFORE INSERT ON hours_statements
WHEN NEW.is_in_force = 1 AND EXISTS (SELECT 1 FROM hours_statements s
  WHERE s.is_in_force = 1 AND s.from_day <= NEW.until_day AND s.until_day >= NEW.from_day)
BEGIN
  SELECT RAISE(ABORT, 'a part of this year is closed already');
END;

CREATE TRIGGER hours_statements_frozen
BEFORE UPDATE OF id, number, from_day, until_day, state, reverses_id, reason, people, currency, is_valued, why, method_note,
  debit_account, credit_account, budget_cents, subsidies_cents, others_cents, created_at, closed_at ON hours_statements
WHEN OLD.state = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statements_posted_once BEFORE UPDATE OF posted_at, posted_as ON hours_statements
WHEN OLD.posted_at IS NOT NULL OR OLD.state <> 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a statement is posted once');
END;

CREATE TRIGGER hours_statements_reversed BEFORE UPDATE OF is_in_force ON hours_statements
WHEN OLD.is_in_force = 0
BEGIN
  SELECT RAISE(ABORT, 'a year is closed again by another statement');
END;

CREATE TRIGGER hours_statements_kept BEFORE DELETE ON hours_statements
WHEN OLD.state = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement is kept');
END;

CREATE TRIGGER hours_statement_lines_frozen_insert BEFORE INSERT ON hours_statement_lines
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = NEW.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statement_lines_frozen_update BEFORE UPDATE ON hours_statement_lines
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = OLD.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statement_lines_frozen_delete BEFORE DELETE ON hours_statement_lines
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = OLD.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;
`,
}
