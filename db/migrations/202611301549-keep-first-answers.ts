// SPDX-License-Identifier: AGPL-3.0-or-later
// When somebody was first answered stays with the application, so that who came later still counts in how soon a team
// answers. Those answered before have the last decision, or the day they were put on the waiting list. A waiting list onto
// which somebody came by applying, and an application that the team noted and accepted at once, are no answers: nobody
// waited for them.
import type { Migration } from '../migrate.ts'

export const keepFirstAnswers: Migration = {
  name: '202611301549-keep-first-answers',
  sql: `
ALTER TABLE applications ADD COLUMN answered_at TEXT; -- personal

UPDATE applications SET answered_at = coalesce(waitlisted_at, decided_at)
  WHERE state IN ('accepted', 'declined', 'waitlisted')
    AND julianday(coalesce(waitlisted_at, decided_at)) - julianday(confirmed_at) >= 1.0 / 1440;

CREATE INDEX applications_first_answers ON applications (answered_at) WHERE answered_at IS NOT NULL;
`,
}
