// SPDX-License-Identifier: AGPL-3.0-or-later
// How many days a centre shows an offer of which its association says nothing more: of our own site, and as centres say it.
import type { Migration } from '../migrate.ts'

export const limitMemberOffers: Migration = {
  name: '202611300455-limit-member-offers',
  sql: `
ALTER TABLE association ADD COLUMN member_days INTEGER NOT NULL DEFAULT 365 CHECK (member_days BETWEEN 7 AND 365); -- public
ALTER TABLE fed_actors ADD COLUMN member_days INTEGER; -- internal
`,
}
