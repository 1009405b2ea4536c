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
import type { Translator } from '../text/i18n.ts'
import { emailKey } from '../web/fields.ts'
import { Refused } from '../web/errors.ts'
import { transact } from '../web/transact.ts'
import type { Command } from './call.ts'
import { withDeps } from './open.ts'

export const exportPerson: Command = {
  use: 'export-person LOGIN FILE',
  does: 'cli.export_person.does',
  words: [2, 2],
  run: (config, [login, file], _options, t) =>
    withDeps(config, async (deps) => {
      const person = await onePerson(deps, login!, t)
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
  does: 'cli.erase_person.does',
  words: [1, 1],
  options: { yes: { type: 'boolean', does: 'cli.erase_person.yes' } },
  run: (config, [login], { yes }, t) =>
    withDeps(config, async (deps) => {
      const person = await onePerson(deps, login!, t)
      if (!person) return 1
      const who = `${fullName(person)} (${person.member_number})`
      if (yes !== true) {
        console.error(t('cli.erase_person.would', { who }))
        return 1
      }
      try {
        await eraseFromSite(deps, person, null)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        console.error(t('cli.erase_person.last', { who }))
        return 1
      }
      console.log(t('cli.erase_person.done', { who }))
      return 0
    }),
}

/** @returns undefined when nobody has the login, or several do, which is said. */
async function onePerson(deps: Deps, login: string, t: Translator): Promise<PersonRow | undefined> {
  const byNumber = /^\d{1,9}$/.test(login) ? await findPersonByNumber(deps.db, Number(login)) : undefined
  const found = (byNumber ? [byNumber] : await listPeopleByEmail(deps.db, emailKey(login))).filter(
    ({ member_number }) => member_number > 0,
  )
  if (found.length === 0) console.error(t('cli.reset_password.nobody'))
  if (found.length > 1) {
    console.error(t('cli.several'))
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
