// SPDX-License-Identifier: AGPL-3.0-or-later
// Each list of offers to read names all associations that sent one: from the index alone, without reading an offer.
import type { Migration } from '../migrate.ts'

export const findSenders: Migration = {
  name: '202611300341-find-senders',
  sql: `
CREATE INDEX moderation_items_sender ON moderation_items (association_uri, association_name);
`,
}
