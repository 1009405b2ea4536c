// SPDX-License-Identifier: AGPL-3.0-or-later
// What another association attested, kept by the person themselves. Other sites are asked before the transaction.
import { nameKey } from '../../../db/plain.ts'
import * as gathered from '../../../db/queries/gathered.ts'
import { findPerson } from '../../../db/queries/people.ts'
import type { Deps, ReadText } from '../../deps.ts'
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

/** Several attestations have one key and one list: each address is asked once, and one that is slow once too. */
function askingOnce(deps: Deps): Deps {
  const asked = new Map<string, ReturnType<ReadText>>()
  const readText: ReadText = (url) => {
    const answer = asked.get(url) ?? deps.directory.readText(url)
    asked.set(url, answer)
    return answer
  }
  return { ...deps, directory: { ...deps.directory, readText } }
}

/** Asks again whether they still count: all sites at the same time. One whose site does not answer stays as it was. */
export async function checkGathered(deps: Deps, viewer: Viewer): Promise<void> {
  const own = viewer.personId
  if (!own) throw new Forbidden()
  await refuseTooMany(deps, [{ limit: 'attestations of a person', of: own }])
  const asking = askingOnce(deps)
  const bySite = Map.groupBy(await gathered.listGathered(deps.db, own), ({ issuer_url }) => issuer_url)
  const checkSome = async (rows: readonly gathered.GatheredRow[]) => {
    for (const row of rows) {
      const checked = await checkCredential(asking, row.credential)
      if (!checked.ok) continue
      const change = { state: checked.attestation.state, checked_at: deps.clock.iso() }
      await transact(deps, (tx) => gathered.saveChecked(tx, row, change), { wakes: false })
    }
  }
  await Promise.all([...bySite.values()].map(checkSome))
}

export async function dropGathered(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, (tx) => gathered.deleteGathered(tx, viewer.personId ?? '', id), { wakes: false })
}
