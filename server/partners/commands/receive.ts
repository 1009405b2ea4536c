// SPDX-License-Identifier: AGPL-3.0-or-later
// What partners send. The federation has verified the sender; each may arrive twice, and late.
import { cut } from '../../base/cut.ts'
import { isDeepStrictEqual } from 'node:util'
import {
  findAffiliationWith,
  listAffiliationsWith,
  updateAffiliation,
  type AffiliationRow,
} from '../../../db/queries/affiliations.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps, Partner } from '../../deps.ts'
import { renameItems } from '../../moderation/commands/rename.ts'
import { submitOffersTo } from '../../offers/commands/submissions.ts'
import type { Tx } from '../../web/transact.ts'
import { needs, next, type Way } from '../../model/relation.ts'
import { settleEnd } from './end.ts'
import { saveRequest } from './request.ts'

/** A member that asks again is accepted again; a pending request stays pending. */
export async function receiveJoinRequest(tx: Tx, deps: Deps, partner: Partner): Promise<void> {
  const known = await findAffiliationWith(tx, partner.uri, 'member')
  const state = next('member', known?.state ?? 'none', 'receive')
  if (!state) return
  if (known && known.state === state) {
    const presents = { partner_name: partner.name, partner_url: partner.url, partner_summary: partner.summary }
    await updateAffiliation(tx, known, presents)
    if (state === 'active') await recordFor(tx, deps, known, 'affiliation.accepted')
    return
  }
  const id = await saveRequest(tx, deps, known, partner, 'member', state)
  await recordFor(tx, deps, { id, partner_uri: partner.uri }, 'affiliation.received')
}

export async function recordJoinAccepted(tx: Tx, deps: Deps, partnerUri: string): Promise<void> {
  const row = await findAffiliationWith(tx, partnerUri, 'centre')
  const state = row && next('centre', row.state, 'joined')
  if (!row || !state) return
  await updateAffiliation(tx, row, { state, decided_at: deps.clock.iso(), reason: '' })
  await recordFor(tx, deps, row, 'affiliation.joined')
  await submitOffersTo(tx, deps, partnerUri)
}

/** Accepted at once; a follower is not a member. */
export async function receiveFollower(tx: Tx, deps: Deps, partner: Partner): Promise<void> {
  const known = await findAffiliationWith(tx, partner.uri, 'follower')
  const state = next('follower', known?.state ?? 'none', 'receive')
  if (!state || known?.state === state) return
  const id = await saveRequest(tx, deps, known, partner, 'follower', state)
  await recordFor(tx, deps, { id, partner_uri: partner.uri }, 'affiliation.followed')
}

export async function recordSourceAccepted(tx: Tx, deps: Deps, partnerUri: string): Promise<void> {
  const row = await findAffiliationWith(tx, partnerUri, 'source')
  const state = row && next('source', row.state, 'joined')
  if (!row || !state) return
  await updateAffiliation(tx, row, { state, decided_at: deps.clock.iso(), reason: '' })
  await recordFor(tx, deps, row, 'affiliation.source_accepted')
}

/** Also for a site that refuses to be followed. @param reason plain text; cut at 1000 characters. */
export async function recordJoinRefused(
  tx: Tx,
  deps: Deps,
  partnerUri: string,
  reason: string,
  partnerIs: 'centre' | 'source' = 'centre',
): Promise<void> {
  const row = await findAffiliationWith(tx, partnerUri, partnerIs)
  const state = row && next(partnerIs, row.state, 'declined')
  if (!row || !state) return
  const words = cut(reason, 1000)
  if (state === 'ended') return settleEnd(tx, deps, row, { byUs: false, actorId: null, reason: words })
  await updateAffiliation(tx, row, { state, decided_at: deps.clock.iso(), reason: words })
  await recordFor(tx, deps, row, partnerIs === 'centre' ? 'affiliation.declined' : 'affiliation.source_declined')
}

/**
 * @param how.way ends only the relations that need this way of following; without it all of them (the site is gone).
 * @param how.words their reason, as plain text; cut at 1000 characters.
 */
export async function recordEnded(
  tx: Tx,
  deps: Deps,
  partnerUri: string,
  how: { way?: Way; words?: string } = {},
): Promise<void> {
  const words = cut(how.words ?? '', 1000)
  for (const row of await listAffiliationsWith(tx, partnerUri)) {
    if (how.way && !needs(row, how.way)) continue
    const state = next(row.partner_is, row.state, 'left')
    if (state === 'refused') await recordJoinRefused(tx, deps, partnerUri, words, asked(row))
    else if (state) await settleEnd(tx, deps, row, { byUs: false, actorId: null, reason: words })
  }
}

/**
 * For every relation we ever had with the site, and for its offers that came through others too.
 * @param was what its document, which is fetched from the site itself, said before.
 */
export async function recordPresentation(
  tx: Tx,
  deps: Deps,
  partner: Omit<Partner, 'role'>,
  was: Pick<Partner, 'name' | 'url'>,
): Promise<void> {
  if (partner.name !== was.name || partner.url !== was.url) await renameItems(tx, deps, partner)
  const presents = { partner_name: partner.name, partner_url: partner.url, partner_summary: partner.summary }
  for (const row of await listAffiliationsWith(tx, partner.uri)) {
    const { partner_name, partner_url, partner_summary } = row
    if (isDeepStrictEqual(presents, { partner_name, partner_url, partner_summary })) continue
    await updateAffiliation(tx, row, presents)
    await recordFor(tx, deps, row, 'affiliation.presented')
  }
}

const asked = (row: AffiliationRow) => (row.partner_is === 'source' ? 'source' : 'centre')

type PartnerEvent =
  | `affiliation.${'accepted' | 'received' | 'joined' | 'followed' | 'declined' | 'presented'}`
  | `affiliation.source_${'accepted' | 'declined'}`

async function recordFor(
  tx: Tx,
  deps: Deps,
  row: Pick<AffiliationRow, 'id' | 'partner_uri'>,
  type: PartnerEvent,
): Promise<void> {
  await record(tx, { type, at: deps.clock.iso(), subject: row.id, details: { partner: row.partner_uri } })
}
