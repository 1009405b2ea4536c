// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours may be given for a project of the association; statements keep them apart, and how many people gave them.
import type { Migration } from '../migrate.ts'

export const nameProjects: Migration = {
  name: '202611300036-name-projects',
  sql: `
CREATE TABLE hours_projects (
  id TEXT PRIMARY KEY, -- internal
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80), -- internal
  name_key TEXT NOT NULL UNIQUE, -- internal
  archived_at TEXT, -- internal
  created_at TEXT NOT NULL -- internal
) STRICT;

ALTER TABLE hours_entries ADD COLUMN project_id TEXT REFERENCES hours_projects (id); -- personal
ALTER TABLE hours_headcounts ADD COLUMN project_id TEXT REFERENCES hours_projects (id); -- internal
ALTER TABLE offers ADD COLUMN project_id TEXT REFERENCES hours_projects (id); -- internal
ALTER TABLE hours_statement_lines ADD COLUMN project_id TEXT REFERENCES hours_projects (id); -- internal
ALTER TABLE hours_statement_lines ADD COLUMN project_name TEXT; -- internal

DROP INDEX hours_entries_sums;
CREATE INDEX hours_entries_sums ON hours_entries (worked_on, person_id, category_id, level_id, project_id, minutes)
  WHERE state = 'approved';
CREATE INDEX hours_entries_project ON hours_entries (project_id, state, worked_on) WHERE project_id IS NOT NULL;

DROP INDEX hours_statement_lines_one;
CREATE UNIQUE INDEX hours_statement_lines_one ON hours_statement_lines
  (statement_id, coalesce(project_id, ''), category_id, coalesce(level_id, ''), coalesce(cents_per_hour, -1));

CREATE TABLE hours_statement_projects (
  statement_id TEXT NOT NULL REFERENCES hours_statements (id), -- internal
  project_id TEXT REFERENCES hours_projects (id), -- internal
  people INTEGER NOT NULL -- internal
) STRICT;
CREATE UNIQUE INDEX hours_statement_projects_one ON hours_statement_projects (statement_id, coalesce(project_id, ''));

DROP TRIGGER hours_entries_frozen_update;
CREATE TRIGGER hours_entries_frozen_update
BEFORE UPDATE OF person_id, worked_on, minutes, category_id, level_id, project_id, state, reverses_id ON hours_entries
WHEN (OLD.state = 'approved' OR NEW.state = 'approved')
  AND EXISTS (SELECT 1 FROM hours_statements s WHERE s.is_in_force = 1
    AND (OLD.worked_on BETWEEN s.from_day AND s.until_day OR NEW.worked_on BETWEEN s.from_day AND s.until_day))
BEGIN
  SELECT RAISE(ABORT, 'hours of a closed year do not change');
END;

CREATE TRIGGER hours_statement_projects_frozen_insert BEFORE INSERT ON hours_statement_projects
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = NEW.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statement_projects_frozen_update BEFORE UPDATE ON hours_statement_projects
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = OLD.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;

CREATE TRIGGER hours_statement_projects_frozen_delete BEFORE DELETE ON hours_statement_projects
WHEN (SELECT s.state FROM hours_statements s WHERE s.id = OLD.statement_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed statement does not change');
END;
`,
}
