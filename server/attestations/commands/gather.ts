// SPDX-License-Identifier: AGPL-3.0-or-later
// What another association attested, kept by the person themselves. Other sites are asked before the transaction.
import { nameKey } from '../../../db/plain.ts'
import * as gathered from '../../../db/queries/gathered.ts'
import { findPerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { refuseTooMany } from '../../limits.ts'
import { fullName } from '../../model/person.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'
import { checkCredential, checkForeign } from '../foreign.ts'

/** Of one person. */
export const MOST_GATHERED = 100

const wordsOf = (name: string) => nameKey(name).split(' ').filter(Boolean)

/** Names are written in other orders, and some are left out: the words of one are among those of the other. */
function isTheirName(own: string, said: string): boolean {
  const [few, many] = [wordsOf(own), wordsOf(said)].toSorted((a, b) => a.length - b.length)
  return few!.length > 0 && few!.every((word) => many!.includes(word))
}

/**
 * Keeps an attestation, once. @param typed the credential, or the address of its verification page.
 * @returns whether it is new. @throws Invalid with what is wrong; TooMany.
 */
export async function gatherAttestation(deps: Deps, viewer: Viewer, typed: string): Promise<boolean> {
  const own = viewer.personId
  if (!own) throw new Forbidden()
  await refuseTooMany(deps, [{ limit: 'attestations of a person', of: own }])
  const checked = await checkForeign(deps, typed)
  if (!checked.ok) throw new Invalid({ text: checked.fault })
  const { attestation } = checked
  return transact(deps, async (tx) => {
    const person = await findPerson(tx, own)
    if (!person) throw new Forbidden()
    if (!isTheirName(fullName(person), attestation.person_name))
      throw new Invalid({
        text: { key: 'attestations.gathered.error.name', params: { name: attestation.person_name } },
      })
    if ((await gathered.listGathered(tx, own)).length >= MOST_GATHERED)
      throw new Invalid({ text: { key: 'attestations.gathered.error.many', params: { most: MOST_GATHERED } } })
    const now = deps.clock.iso()
    return gathered.insertGathered(tx, {
      ...attestation,
      id: deps.newId(),
      person_id: own,
      checked_at: now,
      created_at: now,
    })
  })
}

/** Asks again whether they still count. One whose site does not answer stays as it was. @returns how many were asked. */
export async function checkGathered(deps: Deps, viewer: Viewer): Promise<number> {
  const own = viewer.personId
  if (!own) throw new Forbidden()
  await refuseTooMany(deps, [{ limit: 'attestations of a person', of: own }])
  let asked = 0
  for (const row of await gathered.listGathered(deps.db, own)) {
    const checked = await checkCredential(deps, row.credential)
    if (!checked.ok) continue
    const change = { state: checked.attestation.state, checked_at: deps.clock.iso() }
    await transact(deps, (tx) => gathered.saveChecked(tx, row, change), { wakes: false })
    asked += 1
  }
  return asked
}

export async function dropGathered(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, (tx) => gathered.deleteGathered(tx, viewer.personId ?? '', id), { wakes: false })
}
