// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as ledger from '../../../db/queries/hours.ts'
import type { Reach, Scope } from '../../../db/queries/hours-reach.ts'
import { deleteTimer } from '../../../db/queries/hours-quick.ts'
import { isApprover, listRules } from '../../../db/queries/hours-rules.ts'
import { findPerson, type PersonRow } from '../../../db/queries/people.ts'
import { isAmong, offersReach } from '../../../db/queries/project-people.ts'
import { isDayClosed } from '../../../db/queries/years.ts'
import { dateIn, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { Conflict, Forbidden, Invalid, NotFound, Refused, type FieldErrors } from '../../web/errors.ts'
import { countHours } from '../../statistics/count.ts'
import { makeOnce } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import type { HoursInput } from '../forms.ts'
import { fits } from '../approval-rules.ts'
import { isWithin, mayDecide, mayManageSome, reachToManage } from '../policy.ts'
import { projectFor } from './projects.ts'
import {
  dayDoubt,
  dayFault,
  daysOf,
  hasTwin,
  isDayFull,
  LONG_MINUTES,
  refusalOf,
  step,
  UNDO_FOR,
  type HoursAction,
} from '../rules.ts'

/**
 * Records hours for the viewer, or for `personId` when a coordinator does it. The same form sent twice makes one line.
 * With `replaces`, a line that is not approved yet is replaced by this one. What goes past midnight makes two lines.
 * @returns the id of the first line.
 * @throws Invalid for a future day, a day that is over full, an unknown category, or what was asked about and not confirmed.
 */
export async function recordHours(deps: Deps, viewer: Viewer, input: HoursInput, personId?: string): Promise<string> {
  const forOther = personId !== undefined && personId !== viewer.personId
  const content = JSON.stringify([personId ?? '', input])
  const sent = input.form_id ? { personId: viewer.personId, key: input.form_id, content } : undefined
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, () => insertHours(tx, deps, viewer, { input, personId, forOther })),
  )
}

/** `linkId`: of the link that was used, without an account. */
export type Recorded = {
  input: HoursInput
  personId: string | undefined
  forOther: boolean
  linkId?: string
}

/** As recordHours, in the transaction of something else. */
export async function insertHours(
  tx: Tx,
  deps: Deps,
  viewer: Viewer,
  { input, personId, forOther, linkId }: Recorded,
): Promise<string> {
  // Only the link of somebody stands for them.
  const isTheirs = linkId !== undefined || personId === undefined || personId === viewer.personId
  const isForThem = forOther || !isTheirs
  if (isForThem && !mayManageSome(viewer)) throw new Forbidden()
  const person = await findPerson(tx, personId ?? viewer.personId ?? '')
  if (!person) throw new Invalid({ person: 'hours.error.person_missing' })
  if (person.disabled_at) throw new Invalid({ person: 'hours.error.person_closed' })
  if ((forOther || linkId) && person.restricted_at) throw new Invalid({ person: 'hours.error.person_restricted' })
  // Another text under the same key is another line.
  const isTaken = input.form_id !== '' && (await ledger.findEntryByForm(tx, input.form_id)) !== undefined
  const scope = isForThem ? reachToManage(viewer) : { personId: person.id }
  const replaced = input.replaces ? await ledger.findEntry(tx, input.replaces, scope) : undefined
  if (input.replaces && replaced?.person_id !== person.id) throw new NotFound()
  const project_id = await projectFor(tx, input, replaced?.project_id)
  if (isForThem) await refuseBeyond(tx, viewer, { project: project_id, person: person.id })
  const lines = daysOf(input.day, input.duration, input.from ?? null)
  const offers = isForThem ? await offersReach(tx, reachToManage(viewer), person.id) : 'everyone'
  const isPlain = await checkEntry(tx, deps, person, { input, lines, offers })
  const rule = isPlain && !forOther ? await ruleFor(tx, person.id, input, linkId) : undefined
  if (input.replaces) await move(tx, deps, viewer, input.replaces, 'replace', scope)
  const ids: string[] = []
  for (const { day, minutes } of lines) {
    const isFirst = ids.length === 0
    const id = deps.newId()
    ids.push(id)
    await ledger.insertEntry(tx, {
      id,
      person_id: person.id,
      worked_on: day,
      minutes,
      category_id: input.category,
      offer_id: input.offer || null,
      project_id,
      place: input.place ?? '',
      note: input.note,
      source: forOther ? 'coordinator' : 'self',
      entered_by: viewer.personId,
      link_id: linkId ?? null,
      state: 'submitted',
      replaces_id: (isFirst && input.replaces) || null,
      form_id: isFirst && !isTaken ? input.form_id || null : null,
      created_at: deps.clock.iso(),
    })
    await record(tx, { type: 'hours.submitted', at: deps.clock.iso(), actorId: viewer.personId, subject: id })
    // A coordinator who records hours for somebody else has checked them.
    if (forOther) await move(tx, deps, viewer, id, 'approve', 'everyone')
    else if (rule) await approveByRule(tx, deps, id, rule)
  }
  await countHours(tx, ids)
  if (input.timer && !forOther) await deleteTimer(tx, person.id, input.timer)
  return ids[0]!
}

/**
 * Whoever manages the hours of a project records for that project, and for its people; of a team, for its people.
 * @throws Invalid
 */
async function refuseBeyond(tx: Tx, viewer: Viewer, { project, person }: { project: string | null; person: string }) {
  const reach = reachToManage(viewer)
  if (reach === 'everyone' || (await isAmong(tx, person, { ...reach, projects: [] }))) return
  if (!isWithin(reach, project)) throw new Invalid({ project: 'hours.error.project_not_yours' })
  if (!(await isAmong(tx, person, reach))) throw new Invalid({ person: 'hours.error.person_missing' })
}

type Line = { day: string; minutes: number }

/** None for whoever approves hours: nobody's own hours are approved by a rule of theirs. */
async function ruleFor(tx: Tx, personId: string, input: HoursInput, linkId?: string): Promise<string | undefined> {
  // Somebody asked about the line that this one replaces.
  if (input.replaces) return undefined
  const { duration: minutes, category: categoryId, offer } = input
  const line = { minutes, categoryId, offerId: offer || null, hasLink: linkId !== undefined }
  const found = (await listRules(tx)).find((rule) => fits(rule, line))
  return found && !(await isApprover(tx, personId)) ? found.id : undefined
}

async function approveByRule(tx: Tx, deps: Deps, id: string, rule: string): Promise<void> {
  const now = deps.clock.iso()
  const approved = { state: 'approved', decided_at: now, decided_by: null, rule_id: rule } as const
  if (!(await ledger.saveEntryState(tx, id, 'submitted', approved))) throw new Conflict()
  await record(tx, { type: 'hours.approved', at: now, actorId: null, subject: id, details: { rule } })
}

type Checked = { input: HoursInput; lines: Line[]; offers: Reach }

/** @returns whether nothing about it had to be asked, and so nothing was confirmed either. */
async function checkEntry(tx: Tx, deps: Deps, person: PersonRow, { input, lines, offers }: Checked): Promise<boolean> {
  const { time_zone } = await getAssociation(tx)
  const today = dateIn(time_zone, deps.clock.now())
  for (const { day } of lines) {
    const fault = dayFault(day, today)
    if (fault) throw new Invalid({ day: fault })
    if (await isDayClosed(tx, day)) throw new Invalid({ day: 'hours.error.day_closed' })
  }
  const categories = await ledger.listCategories(tx)
  if (!categories.some(({ id }) => id === input.category))
    throw new Invalid({ category: 'hours.error.category_missing' })
  if (input.offer && !(await ledger.listOffersOf(tx, person.id, offers)).some(({ id }) => id === input.offer)) {
    throw new Invalid({ offer: 'hours.error.offer_unknown' })
  }
  const doubts: FieldErrors = {}
  if (input.duration > LONG_MINUTES) doubts.long = 'hours.error.long'
  for (const line of lines) Object.assign(doubts, await doubtsAbout(tx, person, { input, line, today }))
  const confirmed = { long: input.long, sure: input.sure, again: input.again } as Record<string, boolean | undefined>
  const asked = Object.entries(doubts).filter(([field]) => !confirmed[field])
  if (asked.length > 0) throw new Invalid(Object.fromEntries(asked))
  return Object.keys(doubts).length === 0
}

type Asking = { input: HoursInput; line: Line; today: string }

/** @returns what is asked about. @throws Invalid for more than a day in one day. */
async function doubtsAbout(tx: Tx, person: PersonRow, { input, line, today }: Asking): Promise<FieldErrors> {
  const all = await ledger.listDayLines(tx, line.day, [person.id])
  const lines = all.filter(({ id }) => id !== input.replaces)
  if (isDayFull(lines, line.minutes)) throw new Invalid({ duration: 'hours.error.day_full' })
  const hasOthersInYear = await ledger.hasOthersInYear(tx, line.day.slice(0, 4), input.replaces)
  const doubt = dayDoubt(line.day, { today, joinedOn: person.joined_on, hasOthersInYear })
  const isTwin = hasTwin(lines, { minutes: line.minutes, offerId: input.offer || null })
  return {
    ...(doubt && { sure: doubt }),
    ...(isTwin && { again: 'hours.error.twin' as const }),
  }
}

async function move(
  tx: Tx,
  deps: Deps,
  viewer: Viewer,
  id: string,
  action: HoursAction,
  scope: Scope,
  reason = '',
): Promise<ledger.EntryRow> {
  const entry = await ledger.findEntry(tx, id, scope)
  if (!entry) throw new NotFound()
  const result = step(entry.state, action)
  if (!result.ok) throw new Refused(result.reason)
  if (result.to === 'approved' && (await isDayClosed(tx, entry.worked_on))) throw new Refused('hours.refused.closed')
  const now = deps.clock.iso()
  const decided = action === 'approve' || action === 'return'
  const saved = await ledger.saveEntryState(tx, id, entry.state, {
    state: result.to,
    ...(decided && { decided_at: now, decided_by: viewer.personId, return_reason: reason }),
  })
  if (!saved) throw new Conflict()
  await record(tx, { type: result.fact, at: now, actorId: viewer.personId, subject: id })
  return entry
}

/** @throws NotFound for another person's line; Refused when it is approved. */
export async function withdrawHours(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, (tx) => move(tx, deps, viewer, id, 'withdraw', { personId: viewer.personId ?? '' }))
}

/** Answers the question about a line: it waits again, as it is. @throws NotFound for another person's line; Refused. */
export async function confirmHours(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, (tx) => move(tx, deps, viewer, id, 'confirm', { personId: viewer.personId ?? '' }))
}

async function decide(tx: Tx, deps: Deps, viewer: Viewer, id: string, action: HoursAction, reason = '') {
  const entry = await ledger.findEntry(tx, id, reachToManage(viewer))
  if (!entry) throw new NotFound()
  if (!mayDecide(viewer, entry, await ledger.countOtherApprovers(tx, entry))) throw new Refused('hours.refused.own')
  return move(tx, deps, viewer, id, action, 'everyone', reason)
}

/** `minutes`: of all of them. */
export type Approved = { ids: string[]; minutes: number }

/** Approves all of them or none. @returns those approved now (those approved before are left). */
export async function approveHours(deps: Deps, viewer: Viewer, ids: readonly string[]): Promise<Approved> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    const approved: Approved = { ids: [], minutes: 0 }
    for (const id of new Set(ids)) {
      const entry = await ledger.findEntry(tx, id, reachToManage(viewer))
      if (!entry || entry.state === 'approved') continue
      await decide(tx, deps, viewer, id, 'approve')
      approved.ids.push(id)
      approved.minutes += entry.minutes
    }
    await countHours(tx, approved.ids)
    return approved
  })
}

/**
 * Takes back what the viewer approved within UNDO_FOR: each line is taken out by a reversing one, and waits again as a
 * new line, because an approved line never changes. Lines that are no longer so are left. @returns how many wait again.
 */
export async function undoApproval(deps: Deps, viewer: Viewer, ids: readonly string[]): Promise<number> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    const undone: string[] = []
    for (const id of new Set(ids)) {
      const entry = await ledger.findEntry(tx, id, reachToManage(viewer))
      const isLate = !entry?.decided_at || later(entry.decided_at, UNDO_FOR) < deps.clock.iso()
      if (!entry || isLate || entry.decided_by !== viewer.personId || refusalOf(entry, 'reverse')) continue
      undone.push(await insertReversal(tx, deps, viewer, entry, ''))
      await insertAgain(tx, deps, viewer, entry)
    }
    await countHours(tx, undone)
    return undone.length
  })
}

async function insertAgain(tx: Tx, deps: Deps, viewer: Viewer, entry: ledger.EntryRow): Promise<void> {
  const { person_id, worked_on, minutes, category_id, level_id, offer_id, project_id } = entry
  const id = deps.newId()
  const now = deps.clock.iso()
  const { place, note, source, entered_by } = entry
  const line = { person_id, worked_on, minutes, category_id, level_id, offer_id, project_id, place, note }
  await ledger.insertEntry(tx, { ...line, source, entered_by, id, state: 'submitted', created_at: now })
  await record(tx, { type: 'hours.submitted', at: now, actorId: viewer.personId, subject: id })
}

export async function returnHours(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<void> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  await transact(deps, (tx) => decide(tx, deps, viewer, id, 'return', reason))
}

/** Adds an approved line of the opposite sign on the same day; both stay visible. @returns the id of the new line. */
export async function reverseHours(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<string> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    const entry = await ledger.findEntry(tx, id, reachToManage(viewer))
    if (!entry) throw new NotFound()
    const refusal = refusalOf(entry, 'reverse')
    if (refusal) throw new Refused(refusal)
    const reversal = await insertReversal(tx, deps, viewer, entry, reason)
    await countHours(tx, [reversal])
    return reversal
  })
}

async function insertReversal(tx: Tx, deps: Deps, viewer: Viewer, entry: ledger.EntryRow, reason: string) {
  await decide(tx, deps, viewer, entry.id, 'reverse')
  const now = deps.clock.iso()
  const id = deps.newId()
  await ledger.insertEntry(tx, {
    id,
    person_id: entry.person_id,
    worked_on: entry.worked_on,
    minutes: -entry.minutes,
    category_id: entry.category_id,
    level_id: entry.level_id,
    offer_id: entry.offer_id,
    project_id: entry.project_id,
    place: entry.place,
    note: reason,
    source: 'coordinator',
    entered_by: viewer.personId,
    state: 'approved',
    decided_at: now,
    decided_by: viewer.personId,
    reverses_id: entry.id,
    created_at: now,
  })
  return id
}
