// SPDX-License-Identifier: AGPL-3.0-or-later
// Each shelf of the moderation, and the counted offers of one association, are read in their order without sorting.
import type { Migration } from '../migrate.ts'

export const indexModeration: Migration = {
  name: '202611290138-index-moderation',
  sql: `
CREATE INDEX moderation_items_asked ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state = 'changes_requested';
CREATE INDEX moderation_items_online ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE accepted_revision IS NOT NULL;
CREATE INDEX moderation_items_refused ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state = 'refused';
CREATE INDEX moderation_items_gone ON moderation_items (coalesce(decided_at, received_at) DESC, id)
  WHERE state IN ('removed', 'withdrawn');

CREATE INDEX counted_offers_association ON counted_offers (association_uri, offer_uri);
`,
}
