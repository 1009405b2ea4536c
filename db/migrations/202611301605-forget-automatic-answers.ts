// SPDX-License-Identifier: AGPL-3.0-or-later
// Of before, a waiting list onto which somebody came by applying, and an application that the team noted and accepted at
// once, stood as first answers. Nobody waited for these, so they say nothing of how soon a team answers.
import type { Migration } from '../migrate.ts'

export const forgetAutomaticAnswers: Migration = {
  name: '202611301605-forget-automatic-answers',
  sql: `
UPDATE applications SET answered_at = NULL
  WHERE answered_at IS NOT NULL AND julianday(answered_at) - julianday(confirmed_at) < 1.0 / 1440;
`,
}
