// SPDX-License-Identifier: AGPL-3.0-or-later
// People are kept no longer than needed (GDPR, art. 5; Québec: s. 23 of the Act on the private sector). Times: config/env.ts.
import { setImmediate } from 'node:timers/promises'
import { listNeverCame, listToErase, listToNote, listToWarn } from '../../db/queries/inactive.ts'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { monthsFrom } from '../applications/rules.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import { fullName } from '../model/person.ts'
import { ROWS_AT_ONCE, transact } from '../web/transact.ts'
import { erasePerson } from './erase.ts'

/** Between the mail and the end; and between the note that somebody never came and the end. */
const WARNED_MONTHS = 2
const NOTED_MONTHS = 1

type List = (part: { after: string; most: number }) => Promise<PersonRowOf[]>
type PersonRowOf = Awaited<ReturnType<typeof listToWarn>>[number]

/** Job. A clock that jumps ahead erases nobody: whoever is erased was told or noted by an earlier run, months before. */
export async function eraseInactive(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  const { keepInvitedMonths, keepInactiveMonths } = deps.config
  const before = (months: number) => monthsFrom(now, -months)
  const dayBefore = (months: number) => before(months).slice(0, 10)
  const erase = (person: PersonRowOf) => eraseOne(deps, person.id)
  const note = (person: PersonRowOf) =>
    transact(deps, (tx) => updatePerson(tx, person.id, { warned_at: now }), { wakes: false })
  await forEach(deps, (part) => listToNote(deps.db, before(keepInvitedMonths - NOTED_MONTHS), part), note)
  const noted = before(NOTED_MONTHS)
  await forEach(deps, (part) => listNeverCame(deps.db, before(keepInvitedMonths), noted, part), erase)
  const quietSince = dayBefore(keepInactiveMonths - WARNED_MONTHS)
  await forEach(
    deps,
    (part) => listToWarn(deps.db, quietSince, part),
    (person) => warn(deps, person, now),
  )
  const told = before(WARNED_MONTHS)
  await forEach(deps, (part) => listToErase(deps.db, dayBefore(keepInactiveMonths), told, part), erase)
}

/** One person who cannot be taken is logged and passed over until the next run. */
async function forEach(deps: Deps, list: List, work: (person: PersonRowOf) => Promise<void>): Promise<void> {
  let after = ''
  for (;;) {
    const found = await list({ after, most: ROWS_AT_ONCE })
    for (const person of found) {
      after = person.id
      await work(person).catch((error: unknown) =>
        deps.log.error('a person without a sign of life was passed over', { error: String(error) }),
      )
      await setImmediate()
    }
    if (found.length < ROWS_AT_ONCE) return
  }
}

async function eraseOne(deps: Deps, id: string): Promise<void> {
  const person = await findPerson(deps.db, id)
  if (person) await erasePerson(deps, person, null)
}

async function warn(deps: Deps, person: PersonRowOf, now: string): Promise<void> {
  await transact(deps, async (tx) => {
    await updatePerson(tx, person.id, { warned_at: now })
    await enqueueMail(tx, deps, {
      dedupe: `inactive:${person.id}:${now}`,
      to: person.email,
      name: fullName(person),
      locale: person.locale,
      template: 'accounts/inactive',
      params: {
        name: person.given_name,
        until: monthsFrom(now, WARNED_MONTHS),
        link: `${deps.config.publicUrl}/sign-in`,
      },
    })
  })
}
