// SPDX-License-Identifier: AGPL-3.0-or-later
// The colours that an association chooses are called its theme, in the database too.
import type { Migration } from '../migrate.ts'

export const nameColourTheme: Migration = {
  name: '202611281922-name-colour-theme',
  sql: `
ALTER TABLE association RENAME COLUMN cloth TO theme;
`,
}
