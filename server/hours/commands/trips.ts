// SPDX-License-Identifier: AGPL-3.0-or-later
// Kilometres go the way of hours: recorded, approved or returned with a question, and taken out by a line of the opposite sign.
import { createHash } from 'node:crypto'
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { countOtherApprovers, findEntry, type EntryRow } from '../../../db/queries/hours.ts'
import type { Scope } from '../../../db/queries/hours-reach.ts'
import * as store from '../../../db/queries/trips.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { isDayClosed } from '../../../db/queries/years.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { newEvent } from '../../model/events.ts'
import type { Viewer } from '../../model/viewer.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { Conflict, Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { TripCorrectionInput, TripInput, TripRateInput } from '../forms.ts'
import { mayDecide, mayManageSome, maySetRates, reachToManage } from '../policy.ts'
import { dayFault, step, type HoursAction } from '../rules.ts'
import { projectFor, refuseUnknown } from './projects.ts'

const FACTS = {
  approve: 'trip.approved',
  return: 'trip.returned',
  confirm: 'trip.confirmed',
  withdraw: 'trip.withdrawn',
  reverse: 'trip.reversed',
} as const
export type TripAction = Exclude<HoursAction, 'replace'>
type TripState = store.TripRow['state']

/**
 * Records the viewer's own kilometres. The same form sent twice makes one line.
 * @param waiver what the person reads and agrees to when the money stays with the association; kept with the line.
 * Without a project of its own, it is for that of the hours it was made for.
 * @throws Invalid for a future day, hours of somebody else, a project that cannot be chosen, or a similar line that was
 * not confirmed.
 */
export async function recordTrip(deps: Deps, viewer: Viewer, input: TripInput, waiver: string): Promise<string> {
  const personId = viewer.personId ?? ''
  const sent = { personId, key: input.form_id, content: JSON.stringify(['trip', input]) }
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const hours = await checkTrip(tx, deps, personId, input)
      const chosen = await projectFor(tx, { project: input.project, offer: '' })
      const isTaken = input.form_id !== '' && (await store.findTripByForm(tx, input.form_id)) !== undefined
      const id = deps.newId()
      const now = deps.clock.iso()
      await store.insertTrip(tx, {
        id,
        person_id: personId,
        travelled_on: input.day,
        metres: input.metres,
        way: input.way,
        choice: input.choice,
        waiver: input.choice === 'waive' ? waiver : '',
        hours_id: input.hours || null,
        project_id: chosen ?? hours?.project_id ?? null,
        entered_by: personId,
        state: 'submitted',
        created_at: now,
        // Another content under the same key is another line.
        form_id: isTaken ? null : input.form_id || null,
      })
      await record(tx, newEvent('trip.submitted', { at: now, actorId: personId, subject: id, details: {} }))
      return id
    }),
  )
}

/** @returns the hours that the trip was for, if they were named. */
async function checkTrip(tx: Tx, deps: Deps, personId: string, input: TripInput): Promise<EntryRow | undefined> {
  const person = await findPerson(tx, personId)
  if (!person || person.disabled_at) throw new Forbidden()
  const fault = dayFault(input.day, dateIn((await getAssociation(tx)).time_zone, deps.clock.now()))
  if (fault) throw new Invalid({ day: fault })
  const hours = input.hours ? await findEntry(tx, input.hours, { personId }) : undefined
  if (input.hours && !hours) throw new Invalid({ hours: 'hours.trips.hours_unknown' })
  if (!input.again && (await store.hasTwinTrip(tx, personId, input.day, input.metres)))
    throw new Invalid({ again: 'hours.trips.twin' })
  return hours
}

/** @returns why the action is not allowed, or undefined. */
export function tripRefusal(trip: store.TripRow, action: TripAction) {
  if (action === 'reverse' && (trip.reverses_id !== null || trip.reversed_by !== null)) return 'hours.refused.reversed'
  const result = step(trip.state, action)
  return result.ok ? undefined : result.reason
}

type Moving = { action: TripAction; scope: Scope; reason?: string }

async function move(tx: Tx, deps: Deps, viewer: Viewer, id: string, { action, scope, reason = '' }: Moving) {
  const trip = await store.findTrip(tx, id, scope)
  if (!trip) throw new NotFound()
  const isDecision = action === 'approve' || action === 'return' || action === 'reverse'
  if (isDecision && !mayDecide(viewer, trip, await countOtherApprovers(tx, trip)))
    throw new Refused('hours.refused.own')
  const refusal = tripRefusal(trip, action)
  if (refusal) throw new Refused(refusal)
  const now = deps.clock.iso()
  const result = step(trip.state, action)
  // Kilometres are never replaced, so every state they reach is one of theirs.
  const to = (result.ok ? result.to : trip.state) as TripState
  const decided = action === 'approve' || action === 'return'
  const change = { state: to, ...(decided && { decided_at: now, decided_by: viewer.personId, return_reason: reason }) }
  if (action !== 'reverse' && !(await store.saveTripState(tx, id, trip.state, change))) throw new Conflict()
  await record(tx, newEvent(FACTS[action], { at: now, actorId: viewer.personId, subject: id, details: {} }))
  return trip
}

const own = (viewer: Viewer): Scope => ({ personId: viewer.personId ?? '' })

export async function withdrawTrip(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, (tx) => move(tx, deps, viewer, id, { action: 'withdraw', scope: own(viewer) }))
}

/** Answers the question about a line: it waits again, as it is. */
export async function confirmTrip(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, (tx) => move(tx, deps, viewer, id, { action: 'confirm', scope: own(viewer) }))
}

/** Approves all of them or none; those approved before, and those beyond what the viewer reaches, are left. */
export async function approveTrips(deps: Deps, viewer: Viewer, ids: readonly string[]) {
  if (!mayManageSome(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    const approved = { count: 0, metres: 0 }
    const scope = reachToManage(viewer)
    for (const id of new Set(ids)) {
      const trip = await store.findTrip(tx, id, scope)
      if (!trip || trip.state === 'approved') continue
      await move(tx, deps, viewer, id, { action: 'approve', scope })
      approved.count += 1
      approved.metres += trip.metres
    }
    return approved
  })
}

export async function returnTrip(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<void> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  await transact(deps, (tx) => move(tx, deps, viewer, id, { action: 'return', scope: reachToManage(viewer), reason }))
}

export async function reverseTrip(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<void> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const trip = await move(tx, deps, viewer, id, { action: 'reverse', scope: reachToManage(viewer) })
    const now = deps.clock.iso()
    const { person_id, travelled_on, choice, hours_id, project_id } = trip
    const decided = { state: 'approved', decided_at: now, decided_by: viewer.personId } as const
    const about = { person_id, travelled_on, choice, hours_id, project_id }
    const reversing = { ...about, metres: -trip.metres, way: reason.slice(0, 200) }
    const by = { entered_by: viewer.personId, reverses_id: trip.id, created_at: now }
    await store.insertTrip(tx, { id: deps.newId(), ...reversing, ...decided, ...by })
  })
}

/**
 * A coordinator says for which project, or for what, somebody travelled, until the year is closed. What stood there before
 * stays beside it, and the person sees both. Sent twice, it is one correction.
 * @throws Forbidden, NotFound, Refused; Invalid for a project that cannot be chosen.
 */
export async function correctTrip(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { project, way }: TripCorrectionInput,
): Promise<void> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  const scope = reachToManage(viewer)
  await transact(deps, async (tx) => {
    const trip = await store.findTrip(tx, id, scope)
    if (!trip) throw new NotFound()
    if (trip.way === way && (trip.project_id ?? '') === project) return
    if (!mayDecide(viewer, trip, await countOtherApprovers(tx, trip))) throw new Refused('hours.refused.own')
    if (await isDayClosed(tx, trip.travelled_on)) throw new Refused('hours.refused.closed')
    if ((trip.project_id ?? '') !== project) await refuseUnknown(tx, project)
    if (!(await store.saveTripCorrection(tx, id, { way, project_id: project || null })))
      throw new Refused('hours.trips.refused_settled')
    // A line does not leave what they reach.
    if (!(await store.findTrip(tx, id, scope))) throw new Invalid({ project: 'hours.error.project_not_yours' })
    const at = deps.clock.iso()
    const before = { way: trip.way, project_id: trip.project_id }
    await store.insertTripCorrection(tx, {
      id: deps.newId(),
      trip_id: id,
      ...before,
      corrected_at: at,
      corrected_by: viewer.personId,
    })
    await record(tx, newEvent('trip.corrected', { at, actorId: viewer.personId, subject: id, details: {} }))
  })
}

export type TripRateChange = {
  rates: store.TripRateRow[]
  years: store.TripYear[]
  /** Stands for what is shown; '' when nothing that was approved gets another value. */
  seen: string
}

/** What a value of the kilometre from that day on changes, or its end (`mills` null). */
export async function foreseeTripChange(
  deps: Deps,
  { valid_from, mills }: { valid_from: string; mills: number | null },
): Promise<TripRateChange> {
  const rates = await store.listTripRates(deps.db)
  const after: Pick<store.TripRateRow, 'valid_from' | 'mills_per_km'>[] = rates.filter(
    (rate) => rate.valid_from !== valid_from,
  )
  if (mills !== null) after.push({ valid_from, mills_per_km: mills })
  const years: store.TripYear[] = []
  await forEachYielding(await store.listTripYears(deps.db, valid_from), async (year) => {
    const change = await store.compareTripRates(deps.db, year, [rates, after])
    if (change.lines > 0) years.push(change)
  })
  const shown = JSON.stringify([valid_from, mills, years])
  return { rates, years, seen: years.length > 0 ? createHash('sha256').update(shown).digest('base64url') : '' }
}

async function refuseUnseen(tx: Tx, { rates, seen }: TripRateChange, agreed: string): Promise<void> {
  if (seen !== '' && agreed !== seen) throw new Invalid({ agreed: 'hours.error.rate_unseen' })
  if (JSON.stringify(await store.listTripRates(tx)) !== JSON.stringify(rates)) throw new Conflict()
}

/**
 * Another value of the same day is replaced. @throws Forbidden; Invalid at `agreed` when what changes was not agreed to;
 * Conflict when values changed meanwhile.
 */
export async function setTripRate(deps: Deps, viewer: Viewer, input: TripRateInput): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  const { mills, valid_from, source, agreed } = input
  const change = await foreseeTripChange(deps, { valid_from, mills })
  const before = change.rates.find((rate) => rate.valid_from === valid_from)
  if (before?.mills_per_km === mills && before.source === source) return
  const by = { created_by: viewer.personId, created_at: deps.clock.iso() }
  await transact(deps, async (tx) => {
    await refuseUnseen(tx, change, agreed)
    await store.saveTripRate(tx, { valid_from, mills_per_km: mills, source, ...by })
    const details = { valid_from, ...(before && { before: before.mills_per_km }), mills }
    await record(tx, newEvent('trip_rate.changed', { at: by.created_at, actorId: viewer.personId, details }))
  })
}

/** A day without a value changes nothing. @throws as setTripRate. */
export async function removeTripRate(
  deps: Deps,
  viewer: Viewer,
  { valid_from, agreed }: { valid_from: string; agreed: string },
): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  const change = await foreseeTripChange(deps, { valid_from, mills: null })
  const gone = change.rates.find((rate) => rate.valid_from === valid_from)
  if (!gone) return
  await transact(deps, async (tx) => {
    await refuseUnseen(tx, change, agreed)
    await store.deleteTripRate(tx, valid_from)
    const details = { valid_from, before: gone.mills_per_km }
    const at = deps.clock.iso()
    await record(tx, newEvent('trip_rate.changed', { at, actorId: viewer.personId, details }))
  })
}
