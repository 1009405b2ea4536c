// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours of many people at once: those of whom nothing has to be asked are recorded, the others stay on the sheet.
import { getAssociation } from '../../../db/queries/association.ts'
import { recordAll } from '../../../db/queries/events.ts'
import { findOfferForHours, listPeopleOfSheet, type SheetPerson } from '../../../db/queries/hours-sheet.ts'
import * as ledger from '../../../db/queries/hours.ts'
import { isDayClosed } from '../../../db/queries/years.ts'
import type { Reach } from '../../../db/queries/hours-reach.ts'
import type { NewRow } from '../../../db/schema.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import type { NewEvent } from '../../model/events.ts'
import type { Viewer } from '../../model/viewer.ts'
import { countHours } from '../../statistics/count.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { Forbidden, Invalid } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { SheetInput } from '../forms.ts'
import { isWithin, mayManageSome, reachToManage } from '../policy.ts'
import { insertUnnamed, type Headcount } from './headcounts.ts'
import { projectFor } from './projects.ts'
import { dayDoubt, dayFault, hasTwin, isDayFull, LONG_MINUTES } from '../rules.ts'

/** `minutes`: null when it was not understood, with why in `fault`. */
export type SheetLine = { personId: string; minutes: number | null; isSure: boolean; fault?: MessageKey | undefined }
/** `asks`: it is recorded once that is confirmed. */
export type Kept = { fault: MessageKey; asks: boolean }
/** `recorded` also has what the same sheet recorded when it was sent before. `kept` by person, with why. */
export type SheetResult = {
  recorded: (SheetPerson & { minutes: number; isOwn: boolean })[]
  kept: Map<string, Kept>
}
type Sheet = Pick<SheetInput, 'category' | 'day' | 'offer' | 'project' | 'form_id' | 'sure_day'>

/**
 * Records one line for each person, all in one transaction. The same sheet sent twice makes each line once.
 * Lines are approved at once, but for the viewer's own.
 * @param unnamed helpers without a name, on the same day; null for none.
 * @throws Invalid, and nothing is recorded, when what all lines have in common is not right.
 */
export async function recordSheet(
  deps: Deps,
  viewer: Viewer,
  sheet: Sheet,
  lines: readonly SheetLine[],
  unnamed: Headcount | null = null,
) {
  if (!mayManageSome(viewer)) throw new Forbidden()
  const reach = reachToManage(viewer)
  return transact(deps, async (tx): Promise<SheetResult> => {
    const today = dateIn((await getAssociation(tx)).time_zone, deps.clock.now())
    const hasOthersInYear = await ledger.hasOthersInYear(tx, sheet.day.slice(0, 4))
    await checkSheet(tx, sheet, { today, hasOthersInYear, reach })
    const projectId = await projectFor(tx, sheet)
    // For another project, only people of a team of theirs.
    const among = reach === 'everyone' || isWithin(reach, projectId) ? reach : { ...reach, projects: [] }
    if (among !== 'everyone' && among.projects.length + among.teams.length === 0)
      throw new Invalid({ project: 'hours.error.project_not_yours' })
    const ids = lines.map(({ personId }) => personId)
    const people = new Map((await listPeopleOfSheet(tx, ids, among)).map((one) => [one.id, one]))
    const before = Map.groupBy(await ledger.listDayLines(tx, sheet.day, ids), ({ personId }) => personId)
    const result: SheetResult = { recorded: [], kept: new Map() }
    const rows: NewRow<'hours_entries'>[] = []
    for (const line of lines) {
      const person = people.get(line.personId)
      const known = before.get(line.personId) ?? []
      const isDone = person && known.some((one) => isSameLine(one, sheet, { ...line, projectId }))
      const kept = isDone ? undefined : whyKept(person, { sheet, line, known, today, by: viewer.personId })
      if (kept) result.kept.set(line.personId, kept)
      if (!person || kept) continue
      const isOwn = person.id === viewer.personId
      result.recorded.push({ ...person, minutes: line.minutes!, isOwn })
      const isTaken = known.some(({ formId }) => formId === keyOf(sheet, person.id))
      if (!isDone) rows.push(rowOf(deps, viewer, { sheet, line, projectId, isOwn, isTaken }))
    }
    await ledger.insertEntries(tx, rows)
    await countHours(
      tx,
      rows.map(({ id }) => id),
    )
    await recordAll(tx, rows.flatMap(eventsOf))
    if (unnamed) await insertUnnamed(tx, deps, viewer, { ...sheet, ...unnamed })
    return result
  })
}

async function checkSheet(
  tx: Tx,
  sheet: Sheet,
  { reach, ...about }: { today: string; hasOthersInYear: boolean; reach: Reach },
): Promise<void> {
  const fault = dayFault(sheet.day, about.today)
  if (fault) throw new Invalid({ day: fault })
  if (await isDayClosed(tx, sheet.day)) throw new Invalid({ day: 'hours.error.day_closed' })
  const categories = await ledger.listCategories(tx)
  if (!categories.some(({ id }) => id === sheet.category))
    throw new Invalid({ category: 'hours.error.category_missing' })
  if (sheet.offer && !(await findOfferForHours(tx, sheet.offer, reach)))
    throw new Invalid({ offer: 'hours.error.offer_unknown' })
  // Whether a person was here already is asked person by person.
  const doubt = dayDoubt(sheet.day, { ...about, joinedOn: sheet.day })
  if (doubt && !sheet.sure_day) throw new Invalid({ sure_day: doubt })
}

const keyOf = (sheet: Sheet, personId: string) => (sheet.form_id ? `${sheet.form_id}/${personId}` : null)

type ForProject = { projectId: string | null }

/** Recorded by this very sheet. */
function isSameLine(known: ledger.DayLine, sheet: Sheet, line: SheetLine & ForProject): boolean {
  const isFor = known.categoryId === sheet.category && known.projectId === line.projectId
  const isSame = known.minutes === line.minutes && isFor
  return isSame && known.formId !== null && known.formId === keyOf(sheet, line.personId)
}

type About = { sheet: Sheet; line: SheetLine; known: readonly ledger.DayLine[]; today: string; by: string | null }

function whyKept(person: SheetPerson | undefined, { sheet, line, known, today, by }: About): Kept | undefined {
  const no = (fault: MessageKey): Kept => ({ fault, asks: false })
  if (!person) return no('hours.error.person_missing')
  if (person.disabled_at) return no('hours.error.person_closed')
  if (person.restricted_at && person.id !== by) return no('hours.error.person_restricted')
  if (line.minutes === null) return no(line.fault ?? 'hours.error.duration_missing')
  if (isDayFull(known, line.minutes)) return no('hours.error.day_full')
  if (line.isSure) return undefined
  if (line.minutes > LONG_MINUTES) return { fault: 'hours.error.long', asks: true }
  if (hasTwin(known, { minutes: line.minutes, offerId: sheet.offer || null }))
    return { fault: 'hours.error.twin', asks: true }
  const doubt = dayDoubt(sheet.day, { today, joinedOn: person.joined_on, hasOthersInYear: true })
  return doubt === 'hours.doubt.before_arrival' ? { fault: doubt, asks: true } : undefined
}

type Recording = { sheet: Sheet; line: SheetLine; isOwn: boolean; isTaken: boolean } & ForProject

function rowOf(
  deps: Deps,
  viewer: Viewer,
  { sheet, line, projectId, isOwn, isTaken }: Recording,
): NewRow<'hours_entries'> {
  const now = deps.clock.iso()
  return {
    id: deps.newId(),
    person_id: line.personId,
    worked_on: sheet.day,
    minutes: line.minutes!,
    category_id: sheet.category,
    offer_id: sheet.offer || null,
    project_id: projectId,
    source: isOwn ? 'self' : 'coordinator',
    entered_by: viewer.personId,
    state: isOwn ? 'submitted' : 'approved',
    ...(!isOwn && { decided_at: now, decided_by: viewer.personId }),
    // Another text under the same key is another line.
    form_id: isTaken ? null : keyOf(sheet, line.personId),
    created_at: now,
  }
}

function eventsOf(row: NewRow<'hours_entries'>): NewEvent[] {
  const fact = { at: row.created_at, actorId: row.entered_by ?? null, subject: row.id }
  const submitted: NewEvent = { ...fact, type: 'hours.submitted' }
  return row.state === 'approved' ? [submitted, { ...fact, type: 'hours.approved' }] : [submitted]
}
