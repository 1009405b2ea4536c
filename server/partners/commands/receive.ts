// SPDX-License-Identifier: AGPL-3.0-or-later
// What a partner tells us. The federation has proved who speaks; each may arrive twice, and late.
import { isDeepStrictEqual } from 'node:util'
import {
  findAffiliationWith,
  listAffiliationsWith,
  updateAffiliation,
  type AffiliationRow,
} from '../../../db/queries/affiliations.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps, Partner } from '../../deps.ts'
import { renameAssociation } from '../../moderation/commands.ts'
import { submitAllTo } from '../../offers/commands.ts'
import type { Tx } from '../../web/transact.ts'
import { next } from '../rules.ts'
import { settleEnd } from './end.ts'
import { saveRequest } from './request.ts'

/** An association asks to join us. A member that asks again is told yes again; a waiting question stays one. */
export async function receiveJoinRequest(tx: Tx, deps: Deps, partner: Partner): Promise<void> {
  const known = await findAffiliationWith(tx, partner.uri, 'member')
  const state = next('member', known?.state ?? 'none', 'receive')
  if (!state) return
  if (known && known.state === state) {
    const presents = { partner_name: partner.name, partner_url: partner.url, partner_summary: partner.summary }
    await updateAffiliation(tx, known, presents)
    if (state === 'active') await tell(tx, deps, known, 'affiliation.accepted')
    return
  }
  const id = await saveRequest(tx, deps, known, partner, 'member', state)
  await tell(tx, deps, { id, partner_uri: partner.uri }, 'affiliation.received')
}

/** The centre took us in: everything that is published goes to it now. */
export async function recordJoinAccepted(tx: Tx, deps: Deps, partnerUri: string): Promise<void> {
  const row = await findAffiliationWith(tx, partnerUri, 'centre')
  const state = row && next('centre', row.state, 'joined')
  if (!row || !state) return
  await updateAffiliation(tx, row, { state, decided_at: deps.clock.iso(), reason: '' })
  await tell(tx, deps, row, 'affiliation.joined')
  await submitAllTo(tx, deps, partnerUri)
}

/** @param reason the centre's words, as plain text; cut at 1000 characters. */
export async function recordJoinRefused(tx: Tx, deps: Deps, partnerUri: string, reason: string): Promise<void> {
  const row = await findAffiliationWith(tx, partnerUri, 'centre')
  const state = row && next('centre', row.state, 'declined')
  if (!row || !state) return
  const words = reason.slice(0, 1000)
  if (state === 'ended') return settleEnd(tx, deps, row, { byUs: false, actorId: null, reason: words })
  await updateAffiliation(tx, row, { state, decided_at: deps.clock.iso(), reason: words })
  await tell(tx, deps, row, 'affiliation.declined')
}

/**
 * The other side ended it, whichever side that is to us.
 * @param reason their words, as plain text; cut at 1000 characters.
 */
export async function recordEnded(tx: Tx, deps: Deps, partnerUri: string, reason = ''): Promise<void> {
  const words = reason.slice(0, 1000)
  for (const row of await listAffiliationsWith(tx, partnerUri)) {
    const state = next(row.partner_is, row.state, 'left')
    if (state === 'refused') await recordJoinRefused(tx, deps, partnerUri, words)
    else if (state) await settleEnd(tx, deps, row, { byUs: false, actorId: null, reason: words })
  }
}

/**
 * A partner's own document says something else than before: its page, its offers and the queue follow, for every
 * relation we ever had with it. The document was asked for at its home.
 */
export async function recordPresentation(tx: Tx, deps: Deps, partner: Omit<Partner, 'role'>): Promise<void> {
  const presents = { partner_name: partner.name, partner_url: partner.url, partner_summary: partner.summary }
  for (const row of await listAffiliationsWith(tx, partner.uri)) {
    const { partner_name, partner_url, partner_summary } = row
    if (isDeepStrictEqual(presents, { partner_name, partner_url, partner_summary })) continue
    await updateAffiliation(tx, row, presents)
    if (row.partner_is === 'member') await renameAssociation(tx, deps, partner)
    await tell(tx, deps, row, 'affiliation.presented')
  }
}

async function tell(tx: Tx, deps: Deps, row: Pick<AffiliationRow, 'id' | 'partner_uri'>, type: string): Promise<void> {
  await record(tx, { type, at: deps.clock.iso(), subject: row.id, details: { partner: row.partner_uri } })
}
