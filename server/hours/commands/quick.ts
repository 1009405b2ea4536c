// SPDX-License-Identifier: AGPL-3.0-or-later
// The week before once more, and a timer that only makes a draft.
import { listKnownLines, deleteTimer, insertTimer, stopTimer, type KnownLine } from '../../../db/queries/hours-quick.ts'
import { listOffersOf } from '../../../db/queries/hours.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { dateIn } from '../../base/clock.ts'
import { addDays } from '../../base/days.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { emptyForm } from '../../web/forms.ts'
import { makeOnce } from '../../web/once.ts'
import { runCommand } from '../../web/run-command.ts'
import { transact, type Handle, type Tx } from '../../web/transact.ts'
import { insertHours } from './entries.ts'

/** More in a week is nobody's. */
const MOST_LINES = 100
const WEEK = 7

/** Lines of the seven days before the last seven; each would be recorded one week later. */
export function linesToCopy(db: Handle, personId: string, today: string): Promise<KnownLine[]> {
  const span = { from: addDays(today, 1 - 2 * WEEK), until: addDays(today, -WEEK) }
  return listKnownLines(db, personId, { ...span, limit: MOST_LINES })
}

export const copiedDay = ({ worked_on }: Pick<KnownLine, 'worked_on'>): string => addDays(worked_on, WEEK)

type Chosen = { lines: readonly string[]; sure: readonly string[]; form_id: string }
/** `kept` by the id of the line, with why it was not recorded. */
export type Copied = { minutes: number; count: number; kept: Map<string, MessageKey> }

/** Records the chosen lines one week later, each once however often the form is sent. One fault keeps no other line back. */
export async function copyWeek(deps: Deps, viewer: Viewer, { lines, sure, form_id }: Chosen): Promise<Copied> {
  const personId = viewer.personId ?? ''
  return transact(deps, async (tx) => {
    const today = dateIn((await getAssociation(tx)).time_zone, deps.clock.now())
    const offers = new Set((await listOffersOf(tx, personId)).map(({ id }) => id))
    const result: Copied = { minutes: 0, count: 0, kept: new Map() }
    for (const line of await linesToCopy(tx, personId, today)) {
      if (!lines.includes(line.id)) continue
      const offer = line.offer_id && offers.has(line.offer_id) ? line.offer_id : ''
      const fault = await copyLine(tx, deps, viewer, { line, offer, isSure: sure.includes(line.id), form_id })
      if (fault) result.kept.set(line.id, fault)
      else {
        result.minutes += line.minutes
        result.count += 1
      }
    }
    return result
  })
}

type Copying = { line: KnownLine; offer: string; isSure: boolean; form_id: string }

/** @returns why it was not recorded. */
async function copyLine(tx: Tx, deps: Deps, viewer: Viewer, { line, offer, isSure, form_id }: Copying) {
  const input = {
    category: line.category_id,
    day: copiedDay(line),
    duration: line.minutes,
    offer,
    project: line.project_id ?? '',
    place: line.place,
    note: '',
    // What was asked about a week ago is as it was.
    again: isSure,
    sure: true,
    long: true,
    form_id: '',
    replaces: '',
  }
  const sent = { personId: viewer.personId, key: form_id && `${form_id}/${line.id}`, content: JSON.stringify(input) }
  const copying = () => insertHours(tx, deps, viewer, { input, personId: undefined, forOther: false })
  // What is not right is thrown before anything is written.
  const done = await runCommand(emptyForm(), () => makeOnce(tx, deps, sent, copying))
  if (done.ok) return undefined
  const fault = Object.values(done.form.errors)[0]!
  return typeof fault === 'string' ? fault : fault.key
}

/** A timer that runs, or a draft of one, stays as it is. */
export async function startTimer(deps: Deps, viewer: Viewer): Promise<void> {
  await transact(deps, (tx) => insertTimer(tx, viewer.personId ?? '', deps.clock.iso()))
}

/** Nothing is recorded: the timer becomes a draft. */
export async function endTimer(deps: Deps, viewer: Viewer): Promise<void> {
  await transact(deps, (tx) => stopTimer(tx, viewer.personId ?? '', deps.clock.iso()))
}

/** @param startedAt of the draft that was shown. */
export async function dropTimer(deps: Deps, viewer: Viewer, startedAt: string): Promise<void> {
  await transact(deps, (tx) => deleteTimer(tx, viewer.personId ?? '', startedAt))
}
