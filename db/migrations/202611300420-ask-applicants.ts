// SPDX-License-Identifier: AGPL-3.0-or-later
// What applicants reply to the questions of an offer, each with its question: [{ "question", "reply" }]. It goes with the
// message of the application.
import type { Migration } from '../migrate.ts'

export const askApplicants: Migration = {
  name: '202611300420-ask-applicants',
  sql: `
ALTER TABLE applications ADD COLUMN replies TEXT NOT NULL DEFAULT '[]'; -- sensitive
`,
}
