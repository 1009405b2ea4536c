// SPDX-License-Identifier: AGPL-3.0-or-later
// People are kept no longer than needed (GDPR, art. 5; Québec: s. 23 of the Act on the private sector). Times: config/env.ts.
import { listNeverCame, listToErase, listToWarn } from '../../db/queries/inactive.ts'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { monthsFrom } from '../applications/rules.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import { fullName } from '../model/person.ts'
import { ROWS_AT_ONCE, transact } from '../web/transact.ts'
import { erasePerson } from './erase.ts'

/** Between the mail and the end. */
const WARNED_MONTHS = 2

/** Job. A clock that jumps ahead erases nobody at once: whoever has an address is told first, and has two months. */
export async function eraseInactive(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  const { keepInvitedMonths, keepInactiveMonths } = deps.config
  const dayBefore = (months: number) => monthsFrom(now, -months).slice(0, 10)
  const never = () => listNeverCame(deps.db, monthsFrom(now, -keepInvitedMonths), ROWS_AT_ONCE)
  await eraseEach(deps, never)
  await warn(deps, dayBefore(keepInactiveMonths - WARNED_MONTHS), now)
  const told = monthsFrom(now, -WARNED_MONTHS)
  await eraseEach(deps, () => listToErase(deps.db, dayBefore(keepInactiveMonths), told, ROWS_AT_ONCE))
}

async function eraseEach(deps: Deps, list: () => Promise<{ id: string }[]>): Promise<void> {
  for (let found = await list(); found.length > 0; found = await list()) {
    for (const { id } of found) {
      const person = await findPerson(deps.db, id)
      if (person) await erasePerson(deps, person, null)
    }
  }
}

async function warn(deps: Deps, day: string, now: string): Promise<void> {
  for (let found = await listToWarn(deps.db, day, ROWS_AT_ONCE); found.length > 0;) {
    for (const person of found) {
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
    found = await listToWarn(deps.db, day, ROWS_AT_ONCE)
  }
}
