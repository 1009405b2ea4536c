// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  findAffiliation,
  findAffiliationLine,
  findAffiliationWith,
  updateAffiliation,
  type AffiliationRow,
} from '../../../db/queries/affiliations.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { findActor } from '../../../db/queries/fed-actors.ts'
import type { Deps, Partner } from '../../deps.ts'
import { heldBy } from '../../public-offer/territory.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { canAnswer, canAsk, canEnd } from '../../model/relation-policy.ts'
import { next, trustLevels, type Action, type Trust } from '../../model/relation.ts'
import { settleEnd } from './end.ts'
import { lookUp } from './look-up.ts'
import { saveRequest } from './request.ts'

/**
 * @param how.anyway also a centre whose territory does not hold our town.
 * @returns the id of the relation. @throws Invalid on `address`; Refused when FEDERATION=off; Forbidden.
 */
export async function askToJoin(
  deps: Deps,
  viewer: Viewer,
  address: string,
  { anyway = false }: { anyway?: boolean } = {},
): Promise<string> {
  if (!canAsk(viewer)) throw new Forbidden()
  const partner = await lookUp(deps, address)
  if (partner.role !== 'centre' && partner.role !== 'both') throw new Invalid({ address: 'partners.ask.not_a_centre' })
  if (!anyway && (await isElsewhere(deps, partner.uri))) throw new Invalid({ address: 'partners.ask.elsewhere' })
  return transact(deps, (tx) => saveQuestion(tx, deps, viewer, partner))
}

/** Our town is known, and the centre serves other places. */
async function isElsewhere({ db, places }: Deps, centreUri: string): Promise<boolean> {
  const { place_code: code, place_name: name } = await getAssociation(db)
  if (!code) return false
  const territory = JSON.parse((await findActor(db, centreUri))?.territory ?? '[]') as string[]
  return heldBy(places, territory, { work_mode: 'on_site', places: [{ code, name }] }).is === 'outside'
}

async function saveQuestion(tx: Tx, deps: Deps, viewer: Viewer, partner: Partner): Promise<string> {
  // There is only one Follow between two sites, so it cannot be a membership in both directions.
  const asMember = await findAffiliationWith(tx, partner.uri, 'member')
  if (asMember?.state === 'active' || asMember?.state === 'requested')
    throw new Invalid({ address: 'partners.ask.is_member' })
  const known = await findAffiliationWith(tx, partner.uri, 'centre')
  if (known?.state === 'asking') throw new Invalid({ address: 'partners.ask.already_asked' })
  if (known?.state === 'active') throw new Invalid({ address: 'partners.ask.already_member' })
  const id = await saveRequest(tx, deps, known, partner, 'centre', 'asking')
  await record(tx, {
    type: 'affiliation.requested',
    at: deps.clock.iso(),
    actorId: viewer.personId,
    subject: id,
    details: { partner: partner.uri },
  })
  return id
}

export async function acceptMember(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await answer(deps, viewer, id, 'accept', { reason: '' })
}

/** @param reason what the association reads; at most 1000 characters. */
export async function refuseMember(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<void> {
  await answer(deps, viewer, id, 'refuse', { reason })
}

async function answer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  action: 'accept' | 'refuse',
  changes: { reason: string },
): Promise<void> {
  if (!canAnswer(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const row = await load(tx, id)
    const state = moved(row, action)
    if (action === 'accept' && (await isTheirMember(tx, row.partner_uri))) throw new Refused('partners.refused.one_way')
    const at = deps.clock.iso()
    const decision = { decided_at: at, decided_by: viewer.personId, ended_at: null, ended_by_us: null }
    await updateAffiliation(tx, row, { state, ...decision, ...changes })
    const type = action === 'accept' ? 'affiliation.accepted' : 'affiliation.refused'
    await record(tx, { type, at, actorId: viewer.personId, subject: id, details: { partner: row.partner_uri } })
  })
}

/** We are a member of that centre, or have asked to be: membership cannot go both ways. */
async function isTheirMember(tx: Tx, partnerUri: string): Promise<boolean> {
  const asCentre = await findAffiliationWith(tx, partnerUri, 'centre')
  return asCentre?.state === 'asking' || asCentre?.state === 'active'
}

/** How much of what this member or source sends is read before it is shown. */
export async function setTrust(deps: Deps, viewer: Viewer, id: string, trust: Trust): Promise<void> {
  if (!canAnswer(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const row = await findAffiliationLine(tx, id)
    if (!row) throw new NotFound()
    if (!isTrusted(row) || row.state !== 'active') throw new Refused('partners.refused.not_active')
    if (!trustLevels(row).includes(trust)) throw new Refused('partners.refused.reads_nothing')
    if (row.trust === trust) return
    await updateAffiliation(tx, row, { trust })
    await record(tx, {
      type: 'affiliation.trust_changed',
      at: deps.clock.iso(),
      actorId: viewer.personId,
      subject: id,
      details: { partner: row.partner_uri, trust },
    })
  })
}

/** Also withdraws our request. Offers leave the site in the same transaction. @param reason at most 1000 characters. */
export async function endAffiliation(deps: Deps, viewer: Viewer, id: string, reason = ''): Promise<void> {
  await transact(deps, async (tx) => {
    const row = await load(tx, id)
    if (!canEnd(viewer, row.partner_is)) throw new Forbidden()
    moved(row, 'end')
    await settleEnd(tx, deps, row, { byUs: true, actorId: viewer.personId, reason })
  })
}

function isTrusted({ partner_is: is }: AffiliationRow): boolean {
  return is === 'member' || is === 'source'
}

async function load(tx: Tx, id: string): Promise<AffiliationRow> {
  const row = await findAffiliation(tx, id)
  if (!row) throw new NotFound()
  return row
}

function moved(row: AffiliationRow, action: Action) {
  const state = next(row.partner_is, row.state, action)
  if (!state)
    throw new Refused(action === 'end' ? 'partners.refused.already_ended' : 'partners.refused.already_answered')
  return state
}
