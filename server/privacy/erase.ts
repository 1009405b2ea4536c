// SPDX-License-Identifier: AGPL-3.0-or-later
// Erases a person. Only the id is kept, so that a backup of before does not bring them back.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE } from '../../db/open.ts'
import { deleteEnquiry, listEnquiriesOf } from '../../db/queries/enquiries.ts'
import * as erase from '../../db/queries/erase.ts'
import { record } from '../../db/queries/events.ts'
import { findPerson, listPeopleWithRole, type PersonRow } from '../../db/queries/people.ts'
import { putInPlace } from '../../db/copy.ts'
import { offerPlaces } from '../applications/commands/move.ts'
import type { Deps } from '../deps.ts'
import { backupFolder } from '../operator/backup.ts'
import { canLose } from '../people/policy.ts'
import { refreshStanding } from '../public-offer/standing.ts'
import { Refused } from '../web/errors.ts'
import { transact, transactInParts, type Tx } from '../web/transact.ts'
import { clearContact } from './contact.ts'

/** Beside the backups, because it is needed where they are restored. */
const LIST = 'erased.txt'

/** @param byId null: by the person, or again after a restore. @throws Refused for the last administrator. */
export async function erasePerson(deps: Deps, person: PersonRow, byId: string | null): Promise<void> {
  const { id } = person
  await transact(deps, async (tx) => {
    await refuseLast(tx, person)
    await erase.insertErased(tx, id, deps.clock.iso())
  })
  // Written before anything goes, so that a killed process goes on at its next start.
  await writeList(deps)
  await transactInParts(deps, (tx, most) => erase.detachEvents(tx, id, most))
  await transact(deps, async (tx) => {
    const now = deps.clock.iso()
    await erase.replaceHoursBySums(tx, id, deps.newId, now)
    for (const offer of await erase.emptyApplicationsOf(tx, person, now)) {
      await refreshStanding(tx, deps, offer, 'freed')
      await offerPlaces(tx, deps, offer, 'freed')
    }
    for (const enquiry of await listEnquiriesOf(tx, person)) await deleteEnquiry(tx, enquiry)
    await erase.emptyTracesOf(tx, person)
    await clearContact(tx, person, now)
    await erase.deletePerson(tx, id)
    await record(tx, { type: 'person.erased', at: now, actorId: byId })
  })
  // Events that came in between.
  await transactInParts(deps, (tx, most) => erase.detachEvents(tx, id, most))
  await erase.emptyJournal(deps.db)
}

async function refuseLast(tx: Tx, person: PersonRow): Promise<void> {
  const administrators = await listPeopleWithRole(tx, ['administrator'])
  const others = administrators.filter((one) => one.id !== person.id && !one.invited_at)
  const answer = canLose(person, person.roles, others.length)
  if (!answer.ok) throw new Refused(answer.reason)
}

/** At the start: after a restore, whoever was erased since that backup is erased again. */
export async function eraseAgain(deps: Deps): Promise<void> {
  if (!isOnDisk(deps)) return
  const listed = readList(deps).map(({ person_id }) => person_id)
  const known = (await erase.listErased(deps.db)).map(({ person_id }) => person_id)
  let isErased = false
  for (const id of new Set([...listed, ...known])) {
    const person = await findPerson(deps.db, id)
    if (person) await erasePerson(deps, person, null)
    if (person) isErased = true
    else if (!known.includes(id)) await transact(deps, (tx) => erase.insertErased(tx, id, deps.clock.iso()))
  }
  // Between the rows of a backup there may be pieces of rows that its making moved, which no deletion reaches.
  if (isErased) await erase.rewriteFile(deps.db)
  if (known.length > listed.length) await writeList(deps)
}

/** A database in memory has no backups. */
const isOnDisk = ({ config }: Deps) => existsSync(join(config.dataDir, DATABASE_FILE))
const fileOf = ({ config }: Deps) => join(backupFolder(config.dataDir), LIST)

function readList(deps: Deps): { person_id: string; at: string }[] {
  if (!existsSync(fileOf(deps))) return []
  const lines = readFileSync(fileOf(deps), 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => ({ person_id: line.split(' ')[0] ?? '', at: line.split(' ')[1] ?? '' }))
}

async function writeList(deps: Deps): Promise<void> {
  if (!isOnDisk(deps)) return
  mkdirSync(backupFolder(deps.config.dataDir), { recursive: true, mode: 0o700 })
  const all = new Map([...readList(deps), ...(await erase.listErased(deps.db))].map((one) => [one.person_id, one.at]))
  const temporary = `${fileOf(deps)}.part`
  writeFileSync(temporary, [...all].map(([id, at]) => `${id} ${at}\n`).join(''), { mode: 0o600 })
  putInPlace(temporary, fileOf(deps))
}
