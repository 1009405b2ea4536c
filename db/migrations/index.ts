// SPDX-License-Identifier: AGPL-3.0-or-later
// The explicit list, in order. A released migration is never changed and never removed.
import type { Migration } from '../migrate.ts'
import { createCore } from './202611220900-create-core.ts'
import { createOffers } from './202611220910-create-offers.ts'
import { createHours } from './202611220920-create-hours.ts'
import { createPartners } from './202611220930-create-partners.ts'
import { createFederation } from './202611220940-create-federation.ts'
import { lightenInbox } from './202611251000-lighten-inbox.ts'

export const migrations: readonly Migration[] = [
  createCore,
  createOffers,
  createHours,
  createPartners,
  createFederation,
  lightenInbox,
]
