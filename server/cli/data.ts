// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person may ask for on paper or by telephone, when nobody can open the site: the same as its pages do.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { record } from '../../db/queries/events.ts'
import { findPersonByNumber, listPeopleByEmail, type PersonRow } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import { fullName } from '../model/person.ts'
import { erasePerson as eraseFromSite } from '../privacy/erase.ts'
import { personAsJson } from '../privacy/export.ts'
import { emailKey } from '../web/fields.ts'
import { Refused } from '../web/errors.ts'
import { transact } from '../web/transact.ts'
import type { Command } from './call.ts'
import { withDeps } from './open.ts'

const LOGIN = 'LOGIN is an e-mail address or a member number.'

export const exportPerson: Command = {
  use: 'export-person LOGIN FILE',
  does: `Write all that is kept about a person into a new file, as JSON that only you can read. A line in the trail says so. ${LOGIN}`,
  words: [2, 2],
  run: (config, [login, file]) =>
    withDeps(config, async (deps) => {
      const person = await onePerson(deps, login!)
      if (!person) return 1
      const target = resolve(file!)
      await writeFile(target, personAsJson(deps, person))
      const look = {
        type: 'record.opened',
        at: deps.clock.iso(),
        subject: person.id,
        details: { what: 'person' },
      } as const
      await transact(deps, (tx) => record(tx, look))
      console.log(target)
      return 0
    }),
}

export const erasePerson: Command = {
  use: 'erase-person LOGIN --yes',
  does: `Erase a person for ever, as the page of their record does: approved hours stay as totals without a name. ${LOGIN}`,
  words: [1, 1],
  options: { yes: { type: 'boolean', does: 'without it, only says who would be erased' } },
  run: (config, [login], { yes }) =>
    withDeps(config, async (deps) => {
      const person = await onePerson(deps, login!)
      if (!person) return 1
      const who = `${fullName(person)} (${person.member_number})`
      if (yes !== true) {
        console.error(`would erase ${who} for ever; to do it, add --yes`)
        return 1
      }
      try {
        await eraseFromSite(deps, person, null)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        console.error(`${who} is the last administrator: give somebody else this role first`)
        return 1
      }
      console.log(`erased: ${who}`)
      return 0
    }),
}

/** @returns undefined when nobody has the login, or several do, which is said. */
async function onePerson(deps: Deps, login: string): Promise<PersonRow | undefined> {
  const byNumber = /^\d{1,9}$/.test(login) ? await findPersonByNumber(deps.db, Number(login)) : undefined
  const found = (byNumber ? [byNumber] : await listPeopleByEmail(deps.db, emailKey(login))).filter(
    ({ member_number }) => member_number > 0,
  )
  if (found.length === 0) console.error('nobody has this login')
  if (found.length > 1) {
    console.error('several people have this address; take the number of one of them:')
    for (const person of found) console.error(`${person.member_number}  ${fullName(person)}`)
  }
  return found.length === 1 ? found[0] : undefined
}

/** @throws when the file is there already. */
async function writeFile(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  await once(file, 'open')
  for await (const piece of pieces) if (!file.write(piece)) await once(file, 'drain')
  file.end()
  await once(file, 'finish')
}
