// SPDX-License-Identifier: AGPL-3.0-or-later
// Asking about usual hours, and recording them when somebody says that it was so.
import type { AssociationRow } from '../../../db/queries/association.ts'
import { listOffersOf } from '../../../db/queries/hours.ts'
import { findPerson, type PersonRow } from '../../../db/queries/people.ts'
import * as store from '../../../db/queries/usual-hours.ts'
import { DAY, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { choiceFor } from '../../model/notice-choices.ts'
import { fullName } from '../../model/person.ts'
import { viewerOf } from '../../model/viewer.ts'
import { NotFound } from '../../web/errors.ts'
import { transact, type Handle } from '../../web/transact.ts'
import { tellUsual } from '../mails.ts'
import { sameWeekday, USUAL_LINK_DAYS } from '../usual.ts'
import { readUsualLink } from '../usual-link.ts'
import { insertHours } from './entries.ts'

/** Asks one person about one month, once. Whoever wants no such mail is not asked. */
export async function askUsual(
  deps: Deps,
  association: AssociationRow,
  usual: store.Usual,
  quiet: { month: string; until: string },
): Promise<void> {
  await transact(deps, async (tx) => {
    const person = await findPerson(tx, usual.personId)
    if (!person || choiceFor(person.notice_choices, 'usual') === 'none') return
    const row = {
      person_id: person.id,
      month: quiet.month,
      worked_on: sameWeekday(usual.last, quiet.until),
      minutes: usual.minutes,
      category_id: usual.categoryId,
      offer_id: usual.offerId,
      asked_at: deps.clock.iso(),
    }
    if (!(await store.insertUsual(tx, row))) return
    await tellUsual(tx, deps, association, person, (await store.findUsual(tx, person.id, quiet.month))!)
  })
}

export type Asked = { person: PersonRow; usual: store.ShownUsual }

/**
 * Also of hours that were recorded by it already.
 * @throws NotFound in the same way for a wrong link, one that is over, and one whose person may not record any more.
 */
export async function findAsked(db: Handle, deps: Deps, token: string): Promise<Asked> {
  const link = readUsualLink(deps, token)
  const person = link && (await findPerson(db, link.personId))
  const usual = link && (await store.findUsual(db, link.personId, link.month))
  const isOut = !person || person.disabled_at !== null || person.restricted_at !== null
  const isOver = !usual || later(usual.asked_at, USUAL_LINK_DAYS * DAY) < deps.clock.iso()
  if (isOut || isOver || person.access_version !== link?.version) throw new NotFound('hours.usual.over')
  return { person, usual }
}

/**
 * Records the usual hours of that month, as the person of the link. However often it is pressed, it is one line.
 * @throws NotFound as findAsked; Invalid as recordHours.
 */
export async function confirmUsual(deps: Deps, token: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { person, usual } = await findAsked(tx, deps, token)
    if (usual.recorded_at !== null) return
    const offers = await listOffersOf(tx, person.id)
    const input = {
      category: usual.category_id,
      day: usual.worked_on,
      duration: usual.minutes,
      offer: offers.some(({ id }) => id === usual.offer_id) ? usual.offer_id! : '',
      project: await store.findUsualProject(tx, usual),
      note: '',
      again: false,
      // The page named the day and the length.
      sure: true,
      long: true,
      form_id: '',
      replaces: '',
    }
    const viewer = viewerOf(person.id, fullName(person), ['volunteer'])
    await insertHours(tx, deps, viewer, { input, personId: undefined, forOther: false })
    await store.noteRecorded(tx, usual, deps.clock.iso())
  })
}
