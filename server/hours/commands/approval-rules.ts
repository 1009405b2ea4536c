// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { endRule as saveEnd, insertRule } from '../../../db/queries/hours-rules.ts'
import { listCategories } from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import { newEvent } from '../../model/events.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact } from '../../web/transact.ts'
import type { RuleInput } from '../forms.ts'
import { mayApprove } from '../policy.ts'

/** Holds for what is recorded from now on. */
export async function addRule(deps: Deps, viewer: Viewer, input: RuleInput, sent: SentForm): Promise<void> {
  if (!mayApprove(viewer)) throw new Forbidden()
  await transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      if (input.category && !(await listCategories(tx)).some(({ id }) => id === input.category))
        throw new Invalid({ category: 'hours.error.category_missing' })
      const id = deps.newId()
      const now = deps.clock.iso()
      await insertRule(tx, {
        id,
        most_minutes: input.up_to,
        needs_offer: input.needs_offer ? 1 : 0,
        category_id: input.category || null,
        takes_links: input.takes_links ? 1 : 0,
        created_by: viewer.personId,
        created_at: now,
      })
      await record(tx, newEvent('hours_rule.created', { at: now, actorId: viewer.personId, subject: id, details: {} }))
      return id
    }),
  )
}

/** What it approved stays approved, and says so. */
export async function endRule(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  if (!mayApprove(viewer)) throw new Forbidden()
  const now = deps.clock.iso()
  await transact(deps, async (tx) => {
    if (!(await saveEnd(tx, id, now))) throw new NotFound()
    await record(tx, newEvent('hours_rule.ended', { at: now, actorId: viewer.personId, subject: id, details: {} }))
  })
}
