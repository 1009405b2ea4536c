// SPDX-License-Identifier: AGPL-3.0-or-later
// Who answers for a site: France (LCEN, art. 1-1) asks for the director of publication and the host, Québec (Act on the
// private sector, s. 3.1) for the title and contact of the person in charge of personal information.
import type { Migration } from '../migrate.ts'

export const nameWhoAnswers: Migration = {
  name: '202611290707-name-who-answers',
  sql: `
ALTER TABLE association ADD COLUMN director_name TEXT NOT NULL DEFAULT ''; -- public
ALTER TABLE association ADD COLUMN privacy_name TEXT NOT NULL DEFAULT ''; -- public
ALTER TABLE association ADD COLUMN privacy_title TEXT NOT NULL DEFAULT ''; -- public
ALTER TABLE association ADD COLUMN privacy_contact TEXT NOT NULL DEFAULT ''; -- public
ALTER TABLE association ADD COLUMN host_name TEXT NOT NULL DEFAULT ''; -- public
ALTER TABLE association ADD COLUMN host_address TEXT NOT NULL DEFAULT ''; -- public
`,
}
