// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours without an account: the code at the kiosk of an event, and the link of one person. They wait for an
// approval, unless a rule takes those too.
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { findOfferForHours, findCategoryOf } from '../../../db/queries/hours-sheet.ts'
import { listCategories } from '../../../db/queries/hours.ts'
import * as store from '../../../db/queries/hours-links.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { isDayClosed } from '../../../db/queries/years.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { newEvent } from '../../model/events.ts'
import { NOBODY, type Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce } from '../../web/once.ts'
import { transact, type Handle, type Tx } from '../../web/transact.ts'
import type { KioskInput, HoursInput, LinkInput } from '../forms.ts'
import { linkTokenOf } from '../link.ts'
import { tellLink } from '../mails.ts'
import { mayRecordForOthers } from '../policy.ts'
import { dayFault } from '../rules.ts'
import { insertUnnamed } from './headcounts.ts'
import { insertHours } from './entries.ts'

const ofRow = (of: store.LinkOf) => ('offerId' in of ? { offer_id: of.offerId } : { person_id: of.personId })

/** Opens the link of an offer or a person, or changes its last day and activity; the address stays the same. */
export async function saveLink(deps: Deps, viewer: Viewer, of: store.LinkOf, input: LinkInput): Promise<void> {
  if (!mayRecordForOthers(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    await refuseUnknown(tx, of)
    const today = dateIn((await getAssociation(tx)).time_zone, deps.clock.now())
    if (input.expires_on < today) throw new Invalid({ expires_on: 'hours.link.error_past' })
    if (input.category && !(await listCategories(tx)).some(({ id }) => id === input.category))
      throw new Invalid({ category: 'hours.error.category_missing' })
    const known = await store.findLinkOf(tx, of)
    const change = { expires_on: input.expires_on, category_id: input.category || null }
    if (known) return store.saveLink(tx, known.id, change)
    const link = { id: deps.newId(), series: 1 }
    const now = deps.clock.iso()
    const hash = deps.secrets.hash(linkTokenOf(deps, link))
    await store.insertLink(tx, { ...link, ...ofRow(of), ...change, hash, created_by: viewer.personId, created_at: now })
    await record(
      tx,
      newEvent('hours_link.opened', { at: now, actorId: viewer.personId, subject: link.id, details: {} }),
    )
  })
}

async function refuseUnknown(tx: Tx, of: store.LinkOf): Promise<void> {
  if ('offerId' in of) {
    if (!(await findOfferForHours(tx, of.offerId))) throw new NotFound()
    return
  }
  const person = await findPerson(tx, of.personId)
  if (!person) throw new NotFound()
  if (person.disabled_at) throw new Refused('hours.error.person_closed')
  if (person.restricted_at) throw new Refused('hours.error.person_restricted')
}

async function changeLink(
  deps: Deps,
  viewer: Viewer,
  of: store.LinkOf,
  change: (link: store.LinkRow) => Partial<store.LinkRow>,
): Promise<void> {
  if (!mayRecordForOthers(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const link = await store.findLinkOf(tx, of)
    if (!link) throw new NotFound()
    await store.saveLink(tx, link.id, change(link))
    const at = deps.clock.iso()
    await record(tx, newEvent('hours_link.changed', { at, actorId: viewer.personId, subject: link.id, details: {} }))
  })
}

/** The old address, and every poster with it, ends at once. */
export function renewLink(deps: Deps, viewer: Viewer, of: store.LinkOf): Promise<void> {
  return changeLink(deps, viewer, of, ({ id, series }) => {
    const next = { id, series: series + 1 }
    return { series: next.series, hash: deps.secrets.hash(linkTokenOf(deps, next)), is_on: 1, used_at: null }
  })
}

export function switchLink(deps: Deps, viewer: Viewer, of: store.LinkOf, isOn: boolean): Promise<void> {
  return changeLink(deps, viewer, of, () => ({ is_on: isOn ? 1 : 0 }))
}

/** Undefined when it is unknown, off or over, or its person may not be recorded for. */
export async function findLink(db: Handle, deps: Deps, token: string): Promise<store.LinkRow | undefined> {
  const today = dateIn((await getAssociation(db)).time_zone, deps.clock.now())
  const link = await store.findOpenLink(db, deps.secrets.hash(token), today)
  if (!link?.person_id) return link
  const person = await findPerson(db, link.person_id)
  return person && !person.disabled_at && !person.restricted_at ? link : undefined
}

/** @throws NotFound */
async function useLink(tx: Tx, deps: Deps, token: string): Promise<store.LinkRow> {
  const link = await findLink(tx, deps, token)
  if (!link) throw new NotFound('hours.link.over')
  await store.saveLink(tx, link.id, { used_at: deps.clock.iso() })
  return link
}

/** The activity that was chosen for the kiosk; else what the offer's newest line has, else the first one. */
export async function categoryOf(db: Handle, { category_id, offer_id }: store.LinkRow): Promise<string> {
  const open = (await listCategories(db)).map(({ id }) => id)
  const last = offer_id === null ? undefined : await findCategoryOf(db, offer_id)
  return [category_id, last].find((id) => id && open.includes(id)) ?? open[0] ?? ''
}

/**
 * Records what somebody typed at the kiosk. Somebody who is not on the list is kept by name until the team says who it is.
 * The same form sent twice makes one line. @throws Invalid, as recordHours; NotFound for a link that is over.
 */
export async function recordAtKiosk(deps: Deps, token: string, input: KioskInput): Promise<void> {
  await transact(deps, async (tx) => {
    const link = await useLink(tx, deps, token)
    const offer = link.offer_id
    if (offer === null) throw new NotFound('hours.link.over')
    const category = await categoryOf(tx, link)
    const sent = { personId: null, key: input.form_id, content: JSON.stringify([link.id, input]) }
    await makeOnce(tx, deps, sent, async () => {
      if (input.person === 'other') return keepTyped(tx, deps, { input, offer, category })
      if (!(await store.isAcceptedFor(tx, input.person, offer)))
        throw new Invalid({ person: 'hours.error.person_missing' })
      const line = { ...input, category, offer, note: '', replaces: '' }
      return insertHours(tx, deps, NOBODY, { input: line, personId: input.person, forOther: false, linkId: link.id })
    })
  })
}

type Typed = { input: KioskInput; offer: string; category: string }

async function keepTyped(tx: Tx, deps: Deps, { input, offer, category }: Typed): Promise<string> {
  const today = dateIn((await getAssociation(tx)).time_zone, deps.clock.now())
  const fault = dayFault(input.day, today)
  if (fault) throw new Invalid({ day: fault })
  if (await isDayClosed(tx, input.day)) throw new Invalid({ day: 'hours.error.day_closed' })
  const id = deps.newId()
  await store.insertKioskLine(tx, {
    id,
    offer_id: offer,
    category_id: category,
    given_name: input.given_name,
    family_name: input.family_name,
    worked_on: input.day,
    minutes: input.duration,
    created_at: deps.clock.iso(),
  })
  return id
}

/** Records hours of the person of the link. @throws as recordHours; NotFound for a link that is over. */
export async function recordByLink(deps: Deps, token: string, input: HoursInput): Promise<void> {
  await transact(deps, async (tx) => {
    const link = await useLink(tx, deps, token)
    const personId = link.person_id
    if (personId === null) throw new NotFound('hours.link.over')
    const sent = { personId: null, key: input.form_id, content: JSON.stringify([link.id, input]) }
    // A link replaces and confirms nothing.
    const line = { ...input, replaces: '', timer: '' }
    await makeOnce(tx, deps, sent, () =>
      insertHours(tx, deps, NOBODY, { input: line, personId, forOther: false, linkId: link.id }),
    )
  })
}

/** @throws Refused for somebody without a mailbox. */
export async function mailLink(deps: Deps, viewer: Viewer, personId: string): Promise<void> {
  if (!mayRecordForOthers(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const person = await findPerson(tx, personId)
    const link = await store.findLinkOf(tx, { personId })
    if (!person || !link || link.is_on === 0) throw new NotFound()
    if (person.email === '') throw new Refused('hours.link.no_mailbox')
    await tellLink(tx, deps, person, link)
  })
}

async function takeKioskLine(tx: Tx, viewer: Viewer, id: string) {
  if (!mayRecordForOthers(viewer)) throw new Forbidden()
  const line = await store.findKioskLine(tx, id)
  if (!line || !(await store.deleteKioskLine(tx, id))) throw new NotFound('hours.kiosk.settled')
  return line
}

/** It is the hours of that person, approved at once; the viewer's own wait. @throws Invalid, as recordHours. */
export async function attachKioskLine(deps: Deps, viewer: Viewer, id: string, personId: string): Promise<void> {
  await transact(deps, async (tx) => {
    const line = await takeKioskLine(tx, viewer, id)
    const input = {
      category: line.category_id,
      day: line.worked_on,
      duration: line.minutes,
      // Whoever was not accepted for it came all the same.
      offer: line.offer_id !== null && (await store.isAcceptedFor(tx, personId, line.offer_id)) ? line.offer_id : '',
      note: '',
      again: true,
      sure: true,
      long: true,
      form_id: '',
      replaces: '',
    }
    await insertHours(tx, deps, viewer, { input, personId, forOther: personId !== viewer.personId })
  })
}

/** It is counted as one helper without a name. */
export async function countKioskLine(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const line = await takeKioskLine(tx, viewer, id)
    const { worked_on: day, minutes, category_id: category, offer_id } = line
    await insertUnnamed(tx, deps, viewer, { day, minutes, category, offer: offer_id ?? '', people: 1, form_id: '' })
  })
}

export async function dropKioskLine(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => void (await takeKioskLine(tx, viewer, id)))
}
