// SPDX-License-Identifier: AGPL-3.0-or-later
// Erases a person. Only the id is kept, so that a backup of before does not bring them back.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE, isFileFault } from '../../db/open.ts'
import { deleteSubscriberOf, findSubscriber, type SubscriberRow } from '../../db/queries/alerts.ts'
import { deleteEnquiry, findEnquiry, listEnquiriesOf } from '../../db/queries/enquiries.ts'
import * as erase from '../../db/queries/erase.ts'
import { record } from '../../db/queries/events.ts'
import { deleteHelp, findHelp, listHelpOf } from '../../db/queries/help.ts'
import { forgetPersonInFiles } from '../../db/queries/imports.ts'
import { emptyImportsOf } from '../../db/queries/offer-imports.ts'
import { deleteReport, listReportsOf } from '../../db/queries/reports.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { putInPlace } from '../../db/copy.ts'
import { offerPlaces } from '../applications/commands/move.ts'
import type { Deps } from '../deps.ts'
import { backupFolder } from '../operator/backup.ts'
import { refuseLastKeeper } from '../people/last-keeper.ts'
import { refreshStanding } from '../public-offer/standing.ts'
import { transact, transactInParts, type Tx } from '../web/transact.ts'
import { clearContact } from './contact.ts'

/** Beside the backups, because it is needed where they are restored. */
const LIST = 'erased.txt'

/** @param byId null: by the person, or again after a restore. @throws Refused for the last administrator. */
export async function erasePerson(deps: Deps, person: PersonRow, byId: string | null): Promise<void> {
  const { id } = person
  await transact(deps, async (tx) => {
    await refuseLastKeeper(tx, id)
    await erase.insertErased(tx, id, deps.clock.iso())
  })
  // Written before anything goes, so that a killed process goes on at its next start.
  await writeErased(deps)
  await transactInParts(deps, (tx, most) => erase.detachEvents(tx, id, most))
  await transact(deps, async (tx) => {
    const now = deps.clock.iso()
    await erase.emptyTripsOf(tx, id, now)
    await erase.replaceHoursBySums(tx, id, deps.newId, now)
    for (const offer of await erase.emptyApplicationsOf(tx, person, now)) {
      await refreshStanding(tx, deps, offer, 'freed')
      await offerPlaces(tx, deps, offer, 'freed')
    }
    for (const enquiry of await listEnquiriesOf(tx, person)) await deleteEnquiry(tx, enquiry)
    for (const asked of await listHelpOf(tx, person)) await deleteHelp(tx, asked)
    for (const report of await listReportsOf(tx, person)) await deleteReport(tx, report)
    await erase.emptyTracesOf(tx, person)
    await emptyImportsOf(tx, id)
    await forgetPersonInFiles(tx, id)
    await clearContact(tx, person, now)
    await erase.deletePerson(tx, id)
    await record(tx, { type: 'person.erased', at: now, actorId: byId })
  })
  // Events that came in between.
  await transactInParts(deps, (tx, most) => erase.detachEvents(tx, id, most))
  await erase.emptyJournal(deps.db)
}

/** At the start: after a restore, who and what was erased since that backup is erased again. */
export async function eraseAgain(deps: Deps): Promise<void> {
  if (!isOnDisk(deps)) return
  const listed = readList(deps).map(({ person_id }) => person_id)
  const known = (await erase.listErased(deps.db)).map(({ person_id }) => person_id)
  let isErased = false
  for (const id of new Set([...listed, ...known])) {
    if (await eraseOne(deps, id)) isErased = true
    else if (!known.includes(id)) await transact(deps, (tx) => erase.insertErased(tx, id, deps.clock.iso()))
  }
  if (known.length > listed.length) await writeErased(deps)
  // Between the rows of a backup there may be pieces of rows that its making moved, which no deletion reaches.
  if (isErased) await rewriteFile(deps)
}

/** A person, what somebody offered or asked, or the searches of a mailbox. @returns false when it is not there. */
async function eraseOne(deps: Deps, id: string): Promise<boolean> {
  const person = await findPerson(deps.db, id)
  if (person) await erasePerson(deps, person, null)
  const enquiry = await findEnquiry(deps.db, id)
  const asked = await findHelp(deps.db, id)
  const subscriber = await findSubscriber(deps.db, id)
  await transact(deps, async (tx) => {
    if (enquiry) await deleteEnquiry(tx, id)
    if (asked) await deleteHelp(tx, id)
    if (subscriber) await deleteSubscriberOf(tx, subscriber.email)
  })
  return Boolean(person ?? enquiry ?? asked ?? subscriber)
}

/** New offers by mail. The caller writes the list of what was erased afterwards. */
export async function eraseSubscriber(tx: Tx, { clock }: Deps, { id, email }: SubscriberRow): Promise<void> {
  await deleteSubscriberOf(tx, email)
  await erase.insertErased(tx, id, clock.iso())
}

/** On a full disk the server starts all the same, and the job that empties the log writes it anew. */
async function rewriteFile(deps: Deps): Promise<void> {
  await erase.rewriteFile(deps.db).catch((error: unknown) => {
    if (!isFileFault(error)) throw error
    deps.log.error('the file could not be written anew after what was erased', { error: String(error) })
  })
}

/** A database in memory has no backups. */
const isOnDisk = ({ config }: Deps) => existsSync(join(config.dataDir, DATABASE_FILE))
const fileOf = ({ config }: Deps) => join(backupFolder(config.dataDir), LIST)

function readList(deps: Deps): { person_id: string; at: string }[] {
  if (!existsSync(fileOf(deps))) return []
  const lines = readFileSync(fileOf(deps), 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => ({ person_id: line.split(' ')[0] ?? '', at: line.split(' ')[1] ?? '' }))
}

/** Call after a transaction that calls `insertErased`: the list beside the backups is no part of it. */
export async function writeErased(deps: Deps): Promise<void> {
  if (!isOnDisk(deps)) return
  mkdirSync(backupFolder(deps.config.dataDir), { recursive: true, mode: 0o700 })
  const all = new Map([...readList(deps), ...(await erase.listErased(deps.db))].map((one) => [one.person_id, one.at]))
  const temporary = `${fileOf(deps)}.part`
  writeFileSync(temporary, [...all].map(([id, at]) => `${id} ${at}\n`).join(''), { mode: 0o600 })
  putInPlace(temporary, fileOf(deps))
}
