// SPDX-License-Identifier: AGPL-3.0-or-later
// When somebody was first answered stays with the application, so that who came later still counts in how soon a team
// answers. Those answered before have the last decision, or the day they were put on the waiting list.
import type { Migration } from '../migrate.ts'

export const keepFirstAnswers: Migration = {
  name: '202611301549-keep-first-answers',
  sql: `
ALTER TABLE applications ADD COLUMN answered_at TEXT; -- personal

UPDATE applications SET answered_at = coalesce(waitlisted_at, decided_at)
  WHERE confirmed_at IS NOT NULL AND state IN ('accepted', 'declined', 'waitlisted');

CREATE INDEX applications_first_answers ON applications (answered_at) WHERE answered_at IS NOT NULL;
`,
}
