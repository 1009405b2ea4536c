// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours of the month and of the year before, which is closed, for projects; kilometres; and who may declare hours for
// the CEC.
import { personByEmail } from '../../db/queries/demo.ts'
import { listCategories } from '../../db/queries/hours.ts'
import { listProjects } from '../../db/queries/projects.ts'
import { dateIn, HOUR } from '../base/clock.ts'
import { addDays } from '../base/days.ts'
import { declare, setCecRole, takeStep } from '../cec/commands/files.ts'
import { yearToDeclare } from '../cec/rules.ts'
import type { Deps } from '../deps.ts'
import { approveHours, recordHours, returnHours } from '../hours/commands/entries.ts'
import { addProject } from '../hours/commands/projects.ts'
import { approveTrips, recordTrip, setTripRate } from '../hours/commands/trips.ts'
import { viewerOf, type Viewer } from '../model/viewer.ts'
import { emailKey } from '../web/fields.ts'
import { closeYear } from '../years/commands/close.ts'
import { yearOfCode } from '../years/rules.ts'
import { at, dayOf, viewerWith, type Setting } from './fill.ts'

/** @param offers ids by their keys. */
export async function fillHours(setting: Setting, offers: Record<string, string>): Promise<void> {
  const { deps, instance } = setting
  at(setting, -34, 9)
  const treasurer = await viewerWith(deps, instance.last_year ? 'treasurer' : 'administrator')
  for (const name of instance.projects ?? []) await addProject(deps, treasurer, name)
  const known = await readKnown(deps, offers)
  const coordinator = await viewerWith(deps, 'coordinator')
  if (instance.last_year) await fillLastYear(setting, known, coordinator)
  await fillMonth(setting, known, coordinator)
  await fillTrips(setting, known, coordinator)
  // Now, because a year is closed when it is over.
  at(setting, 0)
  if (instance.last_year) await closeLastYear(setting, treasurer)
}

/** Ids by the names that month.json has. */
type Known = Record<'category' | 'project' | 'offer', (name?: string) => string>

async function readKnown(deps: Deps, offers: Record<string, string>): Promise<Known> {
  const categories = await listCategories(deps.db)
  const projects = await listProjects(deps.db)
  return {
    category: (label) => (label === undefined ? categories[0]! : categories.find((one) => one.label.fr === label)!).id,
    project: (name) => (name === undefined ? '' : projects.find((one) => one.name === name)!.id),
    offer: (key) => (key === undefined ? '' : offers[key]!),
  }
}

async function volunteer({ deps, instance }: Setting, who: string): Promise<Viewer> {
  const emails = [
    ...instance.people.map(({ login }) => login),
    ...(instance.applications ?? []).map(({ email }) => email),
  ]
  const person = await personByEmail(deps.db, emailKey(emails.find((one) => one.startsWith(`${who}@`))!))
  return viewerOf(person.id, person.given_name, ['volunteer'])
}

type Line = { day: string; minutes: number; category?: string; project?: string; offer?: string }

const inputOf = (known: Known, { day, minutes, category, project, offer }: Line) => ({
  category: known.category(category),
  project: known.project(project),
  day,
  duration: minutes,
  offer: known.offer(offer),
  note: '',
  again: false,
  sure: true,
  form_id: '',
  replaces: '',
})

async function fillMonth(setting: Setting, known: Known, coordinator: Viewer): Promise<void> {
  const { deps, instance, clock } = setting
  for (const { day, ...line } of [...(instance.hours ?? [])].sort((a, b) => a.day - b.day)) {
    at(setting, day, 20)
    const input = inputOf(known, { ...line, day: dayOf(setting, day) })
    const id = await recordHours(deps, await volunteer(setting, line.who), input)
    if (line.waiting) continue
    clock.advance(3 * HOUR)
    if (clock.now() > setting.today) clock.set(setting.today.toISOString())
    if (line.returned) await returnHours(deps, coordinator, id, line.returned)
    else await approveHours(deps, coordinator, [id])
  }
}

async function fillLastYear(setting: Setting, known: Known, coordinator: Viewer): Promise<void> {
  const { deps, instance, today } = setting
  const year = today.getUTCFullYear() - 1
  at(setting, -33, 10)
  for (const { who, from, every, times, ...line } of instance.last_year!) {
    const person = await volunteer(setting, who)
    const ids: string[] = []
    for (let count = 0; count < times; count += 1) {
      const day = addDays(`${year}-${from}`, count * every)
      ids.push(await recordHours(deps, person, inputOf(known, { ...line, day })))
    }
    await approveHours(deps, coordinator, ids)
  }
}

async function fillTrips(setting: Setting, known: Known, coordinator: Viewer): Promise<void> {
  const { deps, instance } = setting
  if (instance.trip_rate) {
    const { mills, from, source } = instance.trip_rate
    await setTripRate(deps, await viewerWith(deps, 'treasurer'), { mills, valid_from: from, source, agreed: '' })
  }
  const waiver = deps.i18n.for(instance.locale)('hours.trips.waiver', { association: instance.name })
  for (const { who, day, km, way, choice, project, waiting } of instance.trips ?? []) {
    at(setting, day, 21)
    const input = { day: dayOf(setting, day), metres: km * 1000, way, choice, project: known.project(project) }
    const sent = { ...input, hours: '', again: false, form_id: '' }
    const id = await recordTrip(deps, await volunteer(setting, who), sent, waiver)
    if (!waiting) await approveTrips(deps, coordinator, [id])
  }
}

/** The statement is added up when the instance runs. */
async function closeLastYear(setting: Setting, treasurer: Viewer): Promise<void> {
  const { deps, instance, clock } = setting
  const today = dateIn(instance.time_zone, clock.now())
  const year = yearToDeclare(today)
  await closeYear(deps, treasurer, yearOfCode(String(year))!, { isMissingRates: false, waiting: 0, agreed: false })
  for (const category of instance.cec?.governing ?? []) {
    const { id } = (await listCategories(deps.db)).find(({ label }) => label.fr === category)!
    await setCecRole(deps, treasurer, id, 'governing')
  }
  const administrator = await viewerWith(deps, 'administrator')
  for (const who of instance.cec?.told ?? []) {
    const { personId } = await volunteer(setting, who)
    await takeStep(deps, administrator, personId!, year, { action: 'tell', day: '', reason: '' })
  }
  for (const who of instance.cec?.declared ?? []) {
    const march = `${year + 1}-03-20`
    await declare(deps, await volunteer(setting, who), year, march < today ? march : today)
  }
}
