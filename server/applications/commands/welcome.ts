// SPDX-License-Identifier: AGPL-3.0-or-later
// The welcome list of an accepted person: each side ticks what is done; the team takes back every tick, a person their own.
import { findApplicationByToken, type ApplicationRow } from '../../../db/queries/applications.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { deleteWelcomeTick, insertWelcomeTick } from '../../../db/queries/welcome.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { isWelcomed, itemsOf, mayUntick } from '../rules.ts'
import { load } from './answer.ts'

/** `item` as the list has it. */
export type Ticked = { item: string; isDone: boolean }

/** By the team. @throws Refused when nobody is accepted; an item that is not in the list changes nothing. */
export async function tickByTeam(deps: Deps, viewer: Viewer, id: string, ticked: Ticked): Promise<void> {
  await transact(deps, async (tx) =>
    tick(tx, deps, await load(tx, viewer, id), ticked, { side: 'team', by: viewer.personId }),
  )
}

/** By the person, with their link; what the team has ticked stays. @throws NotFound when it has expired; Refused when nobody is accepted. */
export async function tickByLink(deps: Deps, token: string, ticked: Ticked): Promise<void> {
  await transact(deps, async (tx) => {
    const application = await findApplicationByToken(tx, deps.secrets.hash(token), deps.clock.iso())
    if (!application) throw new NotFound('applications.link_over.text')
    await tick(tx, deps, application, ticked, { side: 'person', by: null })
  })
}

async function tick(
  tx: Tx,
  deps: Deps,
  { id, state }: ApplicationRow,
  { item, isDone }: Ticked,
  { side, by }: { side: 'person' | 'team'; by: string | null },
) {
  if (!isWelcomed(state)) throw new Refused(`applications.refused.${state}`)
  if (!isDone) return deleteWelcomeTick(tx, id, item, mayUntick(side))
  const { welcome } = await getAssociation(tx)
  if (!itemsOf(welcome).includes(item)) return
  await insertWelcomeTick(tx, { application_id: id, item, side, ticked_at: deps.clock.iso(), ticked_by: by })
}
