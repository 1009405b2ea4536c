// SPDX-License-Identifier: AGPL-3.0-or-later
// The page of a person lists the offers whose contact they are.
import type { Migration } from '../migrate.ts'

export const listOffersOfContact: Migration = {
  name: '202611291302-list-offers-of-contact',
  sql: `
CREATE INDEX offers_contact ON offers (contact_id, updated_at, id) WHERE contact_id IS NOT NULL;
`,
}
